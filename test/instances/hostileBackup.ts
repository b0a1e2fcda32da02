import type { RecipeContainer } from './recipeRig.ts';

/** A member that no backup of ours has. */
export type Trick = 'absolute' | 'parent' | 'through-link' | 'device' | 'huge';

// Python, for its tarfile writes what ours must refuse.
const program = `
import hashlib, io, json, subprocess, sys, tarfile
trick = sys.argv[1]
members = {}
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as tar:
    for member in tar:
        members[member.name] = tar.extractfile(member).read()
inner = io.BytesIO()
def add(tar, name, kind=tarfile.REGTYPE, data=b"evil", link="", size=None):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data) if kind == tarfile.REGTYPE else 0
    tar.addfile(info, io.BytesIO(data))
with tarfile.open(fileobj=inner, mode="w|") as tar:
    if trick == "absolute":
        add(tar, "/state/evil")
    elif trick == "parent":
        add(tar, "media/../../../../evil")
    elif trick == "through-link":
        add(tar, "media/out", tarfile.SYMTYPE, link="/state")
        add(tar, "media/out/evil")
    elif trick == "device":
        add(tar, "media/evil", tarfile.CHRTYPE)
data = inner.getvalue()
if trick == "huge":
    info = tarfile.TarInfo("media/evil")
    info.size = 1 << 44
    data = info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20)
members["files.tar.zst"] = subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout
members["checksums.json"] = json.dumps({
    name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    for name, data in members.items() if name != "checksums.json"
}).encode()
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as tar:
    for name, data in members.items():
        info = tarfile.TarInfo(name)
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
`;

/** A backup whose checksums are right and whose files are not to be trusted. */
export async function hostileBackup(
  container: RecipeContainer,
  backup: Buffer,
  trick: Trick,
): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await container.run(['python3', '-c', program, trick], backup);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}
