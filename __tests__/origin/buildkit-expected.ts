/** For each case: the findings with their lines and reasons. `plain` is what is said without provenance, where that is not the same. */
export interface Expected {
  readonly attested: readonly (readonly string[])[];
  readonly plain?: readonly (readonly string[])[];
}

export const EXPECTED: Readonly<Record<string, Expected>> = {
  'hidden-default': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'this default hides the value BuildKit sets for each platform @ Dockerfile:2',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
    plain: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        '? this default hides the value BuildKit sets for each platform @ Dockerfile:2',
      ],
    ],
  },
  'go-cross': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:13',
        '? amd64 is written here whatever the platform @ Dockerfile:9',
        '? this command, which makes the file @ Dockerfile:8',
      ],
    ],
  },
  'go-nocross': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:7',
        "? this stage runs on the builder's platform and never asks for the target's @ Dockerfile:1",
        '? this command, which makes the file @ Dockerfile:4',
      ],
    ],
  },
  'final-buildplatform': {
    attested: [
      [
        'wrong-architecture /bin/sh @ Dockerfile:4',
        "this is the builder's platform, not the image's @ Dockerfile:4",
      ],
    ],
    plain: [
      [
        'wrong-architecture /bin/sh @ Dockerfile:4',
        "? this is the builder's platform, not the image's @ Dockerfile:4",
      ],
    ],
  },
  'constant-platform': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:5',
        '? this stage is linux/amd64 whatever the platform @ Dockerfile:2',
        '? this command, which makes the file @ Dockerfile:3',
      ],
    ],
  },
  'pinned-digest': {
    attested: [
      [
        'wrong-architecture /bin/sh @ Dockerfile:1',
        "? this digest may name one platform's manifest, which is then taken for all @ Dockerfile:1",
      ],
    ],
    plain: [
      [
        'wrong-architecture /bin/sh @ nowhere',
        "? this digest may name one platform's manifest, which is then taken for all @ Dockerfile:1",
      ],
    ],
  },
  'curl-x86': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:10',
        '? x86_64 is written here whatever the platform @ Dockerfile:5',
        "? this stage runs on the builder's platform and never asks for the target's @ Dockerfile:1",
        '? this command, which makes the file @ Dockerfile:3',
      ],
    ],
  },
  'curl-in-final': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:7',
        '? aarch64 is written here whatever the platform @ Dockerfile:7',
      ],
      [
        'foreign-binary /usr/local/bin/tool @ Dockerfile:3',
        '? aarch64 is written here whatever the platform @ Dockerfile:5',
      ],
    ],
  },
  'crlf-copy': {
    attested: [
      [
        'crlf-script /usr/local/bin/entrypoint.sh @ docker/entrypoint.sh:1',
        'this line puts the file into the image @ docker/Dockerfile:3',
      ],
    ],
  },
  'no-x-copy': {
    attested: [
      [
        'not-executable /entrypoint.sh @ Dockerfile:2',
        'this file has no x bit in the repository either @ entrypoint.sh:1',
      ],
    ],
  },
  'heredoc-copy': {
    attested: [
      [
        'not-executable /entrypoint.sh @ Dockerfile:2',
        'here-documents are written without an x bit @ Dockerfile:2',
      ],
      ['healthcheck-broken /bin/nothere @ Dockerfile:13'],
    ],
  },
  'escape-backtick': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'ARCH is amd64 whatever the platform @ Dockerfile:3',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
    plain: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        '? ARCH is amd64 whatever the platform @ Dockerfile:3',
      ],
    ],
  },
  'arg-from-cli': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'the build was given ARCH=amd64 @ Dockerfile:2',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
    plain: [['wrong-architecture /usr/local/bin/app @ Dockerfile:4']],
  },
  'stage-replaced-by-context': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'amd64 is written here whatever the platform @ Dockerfile:4',
      ],
    ],
    plain: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'amd64 is written here whatever the platform @ Dockerfile:4',
        '? amd64 is written here whatever the platform @ Dockerfile:2',
      ],
    ],
  },
  target: {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ deploy/api.Dockerfile:7',
        'amd64 is written here whatever the platform @ deploy/api.Dockerfile:7',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
    plain: [['wrong-architecture /usr/local/bin/app @ nowhere']],
  },
  'same-twice': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'amd64 is written here whatever the platform @ Dockerfile:4',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
  },
  inherits: {
    attested: [
      [
        'wrong-architecture /srv/2/app @ Dockerfile:6',
        'amd64 is written here whatever the platform @ Dockerfile:6',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
  },
  onbuild: {
    attested: [['wrong-architecture /usr/local/bin/app @ Dockerfile:1']],
    plain: [
      [
        'wrong-architecture /usr/local/bin/app @ nowhere',
        '? the file comes with this base image @ Dockerfile:1',
      ],
    ],
  },
  'bind-mount': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        '? amd64 is written here whatever the platform @ Dockerfile:2',
        "? this stage runs on the builder's platform and never asks for the target's @ Dockerfile:1",
      ],
    ],
  },
  'chained-stages': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:9',
        'this default hides the value BuildKit sets for each platform @ Dockerfile:2',
        'this is the file in the repository @ bin/app-amd64:1',
        'the file comes from here @ Dockerfile:3',
      ],
    ],
    plain: [['wrong-architecture /usr/local/bin/app @ Dockerfile:9']],
  },
  'equal-stages': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:5',
        'arm64 is written here whatever the platform @ Dockerfile:5',
        'this is the file in the repository @ bin/app-arm64:1',
      ],
    ],
  },
  'run-chmod-after': {
    attested: [
      [
        'crlf-script /app.sh @ app.sh:1',
        'this line puts the file into the image @ Dockerfile:2',
        'this command wrote it again, with the same content @ Dockerfile:3',
      ],
    ],
  },
  'run-chmod-elf': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:2',
        'this is the file in the repository @ bin/app:1',
        'this command wrote it again, with the same content @ Dockerfile:3',
      ],
    ],
  },
  'node-style': {
    attested: [
      [
        'crlf-script /usr/local/bin/docker-entrypoint.sh @ docker-entrypoint.sh:1',
        'this line puts the file into the image @ Dockerfile:26',
      ],
    ],
  },
  'run-heredoc-script': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:7',
        '? aarch64 is written here whatever the platform @ Dockerfile:8',
      ],
    ],
  },
  'xx-arg-shadow': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        'this default hides the value BuildKit sets for each platform @ Dockerfile:1',
        '? amd64 is written here whatever the platform @ Dockerfile:4',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
    plain: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:4',
        '? this default hides the value BuildKit sets for each platform @ Dockerfile:1',
        '? amd64 is written here whatever the platform @ Dockerfile:4',
      ],
    ],
  },
  'copy-dot-stage': {
    attested: [
      [
        'crlf-script /run.sh @ deploy/run.sh:1',
        'this line puts the file into the image @ Dockerfile:5',
        'the file comes from here @ Dockerfile:3',
      ],
      [
        'foreign-binary /usr/local/bin/app @ Dockerfile:6',
        'amd64 is written here whatever the platform @ Dockerfile:6',
        'this is the file in the repository @ bin/app-amd64:1',
        'the file comes from here @ Dockerfile:3',
      ],
    ],
    plain: [
      [
        'crlf-script /run.sh @ deploy/run.sh:1',
        'this line puts the file into the image @ Dockerfile:5',
        '? this line, which brings the file @ Dockerfile:3',
      ],
      [
        'foreign-binary /usr/local/bin/app @ Dockerfile:6',
        'amd64 is written here whatever the platform @ Dockerfile:6',
        'this is the file in the repository @ bin/app-amd64:1',
        '? this line, which brings the file @ Dockerfile:3',
      ],
    ],
  },
  'context-dir': {
    attested: [
      [
        'crlf-script /start.sh @ service/start.sh:1',
        'this line puts the file into the image @ service/docker/Dockerfile.prod:2',
      ],
    ],
  },
  'workdir-relative': {
    attested: [
      [
        'wrong-architecture /opt/app/bin/app-amd64 @ Dockerfile:5',
        'amd64 is written here whatever the platform @ Dockerfile:5',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
      [
        'foreign-binary /opt/app/bin/x y @ Dockerfile:6',
        'arm64 is written here whatever the platform @ Dockerfile:6',
        'this is the file in the repository @ bin/app-arm64:1',
      ],
    ],
    plain: [
      [
        'wrong-architecture /opt/app/bin/app-amd64 @ Dockerfile:5',
        'amd64 is written here whatever the platform @ Dockerfile:5',
      ],
      [
        'foreign-binary /opt/app/bin/x y @ Dockerfile:6',
        'arm64 is written here whatever the platform @ Dockerfile:6',
      ],
    ],
  },
  'from-targetarch': {
    attested: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:7',
        'amd64 is written here whatever the platform @ Dockerfile:4',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
    plain: [
      [
        'wrong-architecture /usr/local/bin/app @ Dockerfile:7',
        '? amd64 is written here whatever the platform @ Dockerfile:4',
        'this is the file in the repository @ bin/app-amd64:1',
      ],
    ],
  },
  'missing-program': { attested: [['user-not-found /etc/passwd @ Dockerfile:4']] },
};
