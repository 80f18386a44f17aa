import { connect } from 'node:tls';
import { bareHost, portOf } from './endpoint.ts';

const LONGEST_WAIT = 1_000;

/** Whether a server of this very machine, which may be spoken to without TLS, wants it: docker asks the same way. */
export function speaksTls(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent: whether the certificate is trusted is seen when something is.
    const socket = connect({ host: bareHost(url), port: portOf(url), rejectUnauthorized: false });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(LONGEST_WAIT, () => end(false));
    socket.once('secureConnect', () => end(true));
    socket.once('close', () => end(false));
    socket.on('error', () => end(false));
  });
}
