FROM localhost:5000/tiny:1
ONBUILD COPY bin/app-arm64 /usr/local/bin/app
ONBUILD RUN write y /y
