/**
 * Runs its arguments as a build that can be ended: asked to end (SIGTERM, also when we die), it ends the build in the
 * way that leaves least behind. Podman asked to end just goes, and what the step being built runs goes on for ever,
 * in namespaces of its own. So the first process of that step is killed: podman then sees a failed step, and cleans up
 * as it does after any. Only a build that is between two steps, or that does not go within seconds, is ended itself;
 * what that leaves behind is swept by name (buildAlias.ts).
 */
export const buildGuard = `
own=$(readlink /proc/self/ns/pid)
endSteps() {
  for list in /proc/"$1"/task/*/children; do
    for kid in $(cat "$list" 2>/dev/null); do
      if [ "$(readlink /proc/"$kid"/ns/pid)" = "$own" ]; then endSteps "$kid"
      else kill -KILL "$kid" 2>/dev/null && seen=$round; fi
    done
  done
}
end() {
  trap '' TERM HUP INT
  round=0 seen=-100
  while kill -0 "$build" 2>/dev/null; do
    round=$((round + 1))
    endSteps "$build"
    [ $((round - seen)) -gt 30 ] && kill -TERM "$build" 2>/dev/null
    [ "$round" -gt 100 ] && kill -KILL "$build" 2>/dev/null
    sleep 0.1
  done
}
trap end TERM HUP INT
"$@" &
build=$!
wait "$build"
`;
