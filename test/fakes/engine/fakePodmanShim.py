# Stands in for podman (or docker, by the name it is called by): hands its arguments and input to the model that the
# test holds, and says what that answers. Python, since it starts in a quarter of Node's time, for every command.
import json, os, select, socket, struct, sys

here = os.path.dirname(os.path.abspath(sys.argv[0]))
model = socket.socket(socket.AF_UNIX)
try:
    model.connect(os.path.join(here, '..', 'engine.sock'))
except OSError as error:
    sys.exit('Error: the fake engine does not answer: %s' % error)


def send(kind, body):
    model.sendall(kind + struct.pack('>I', len(body)) + body)


def print_all(fd, body):
    while body:
        body = body[os.write(fd, body):]


asked = {'kind': os.path.basename(sys.argv[0]), 'args': sys.argv[1:], 'temporary': os.environ.get('TMPDIR')}
send(b'a', json.dumps(asked).encode())
frames, code, reading = b'', 125, False
while True:
    ready = select.select([model] + ([0] if reading else []), [], [])[0]
    if model in ready:
        received = model.recv(65536)
        if not received:
            break
        frames += received
        while len(frames) >= 5:
            size = struct.unpack('>I', frames[1:5])[0]
            if len(frames) < 5 + size:
                break
            kind, body, frames = frames[:1], frames[5:5 + size], frames[5 + size:]
            if kind == b'o':
                print_all(1, body)
            elif kind == b'r':
                print_all(2, body)
            elif kind == b'x':
                code = body[0]
            elif kind == b'i':
                reading = True
    if 0 in ready:
        typed = os.read(0, 65536)
        reading = bool(typed)
        send(b'd' if typed else b'e', typed)
sys.exit(code)
