# Opens ptys 0 .. $2-1 as links in this folder, then becomes $BENCH_NODE $BENCH_CHILD, which holds their masters as
# descriptors 10, 11, ... So one process feeds them all, with no relay between it and the reader.
# Usage: sh openPtys.sh FIRST COUNT (FIRST is for its own use: begin with 0)
at=$1
count=$2
# What socat leaves open: its sockets, and the slave, which would keep a dead reader from being noticed.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
if [ "$at" -eq "$count" ]; then exec "$BENCH_NODE" "$BENCH_CHILD"; fi
fd=$((at + 10))
exec socat "pty,raw,echo=0,link=$at" "EXEC:sh openPtys.sh $((at + 1)) $count,nofork,fdin=$fd,fdout=$fd"
