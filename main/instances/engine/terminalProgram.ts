/**
 * Runs in the container, as `python3 -c`: a program with a terminal around it, made where the program is, so that
 * neither we nor the engine's client need one. What it is told are frames: `d` (bytes typed) or `r` (columns and
 * rows, 16 bits each), a 16-bit length, then that many bytes. When its standard input ends, in whatever way we go,
 * it hangs up on the program, which an engine's client that is killed would leave running for ever.
 */
export const terminalProgram = `
import fcntl, os, select, signal, struct, sys, termios, time
def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
pid, fd = os.forkpty()
if pid == 0:
    try:
        resize(0, int(sys.argv[1]), int(sys.argv[2]))
        os.execvp(sys.argv[3], sys.argv[3:])
    except Exception as error:
        os.write(2, (sys.argv[3] + ': ' + str(error) + '\\r\\n').encode())
    os._exit(127)
os.set_blocking(fd, False)
frames, typed, listening = b'', b'', True
while True:
    readers = [fd] + ([0] if listening and len(typed) < 65536 else [])
    ready, writable, _ = select.select(readers, [fd] if typed else [], [])
    if fd in ready:
        try:
            printed = os.read(fd, 65536)
        except BlockingIOError:
            printed = None
        except OSError:
            break
        if printed == b'':
            break
        while printed:
            try:
                printed = printed[os.write(1, printed):]
            except OSError:
                listening, printed = False, b''
                os.close(fd)
                fd = -1
        if fd < 0:
            break
    if writable:
        try:
            typed = typed[os.write(fd, typed):]
        except BlockingIOError:
            pass
        except OSError:
            break
    if 0 in ready:
        more = os.read(0, 65536)
        if not more:
            os.close(fd)
            fd = -1
            break
        frames += more
        while len(frames) >= 3:
            size = struct.unpack('>H', frames[1:3])[0]
            if len(frames) < 3 + size:
                break
            kind, body, frames = frames[:1], frames[3:3 + size], frames[3 + size:]
            if kind == b'd':
                typed += body
            elif kind == b'r':
                resize(fd, *struct.unpack('>HH', body))
if fd < 0:
    for ending in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, ending)
        except OSError:
            pass
        until = time.monotonic() + 1
        while time.monotonic() < until:
            if os.waitpid(pid, os.WNOHANG)[0]:
                os._exit(129)
            time.sleep(0.02)
status = os.waitpid(pid, 0)[1]
code = os.waitstatus_to_exitcode(status)
os._exit(code if code >= 0 else 128 - code)
`;

/** Typed bytes as frames. */
export function typedFrames(bytes: Uint8Array): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 0xffff) {
    const body = bytes.subarray(at, at + 0xffff);
    frames.push(frame('d', body));
  }
  return Buffer.concat(frames);
}

/** A new size as a frame. */
export function resizeFrame(columns: number, rows: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt16BE(columns, 0);
  body.writeUInt16BE(rows, 2);
  return frame('r', body);
}

function frame(kind: 'd' | 'r', body: Uint8Array): Buffer {
  const head = Buffer.from([kind.charCodeAt(0), 0, 0]);
  head.writeUInt16BE(body.length, 1);
  return Buffer.concat([head, body]);
}
