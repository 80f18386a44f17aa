#!/bin/sh
# build.sh amd64|arm64 OUTPUT: compiles hello.c, small, static and without a libc.
set -eu
case $1 in
amd64) compiler=x86_64-linux-gnu-gcc ;;
arm64) compiler=aarch64-linux-gnu-gcc ;;
*) echo "no compiler for $1" >&2 && exit 1 ;;
esac
mkdir -p "$(dirname "$2")"
"$compiler" -Os -s -static -nostdlib -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables \
  -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,max-page-size=65536 -o "$2" "$(dirname "$0")/hello.c"
