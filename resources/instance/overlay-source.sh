#!/bin/sh
# Makes /opt/lava the LAVA of this image: its Python packages, templates, programs, static files and migrations.
set -eu
tree=/opt/lava

fail() {
  echo "labdeck: $*" >&2
  exit 65
}
packages="lava_common lava_dispatcher lava_rest_app lava_results_app lava_scheduler_app lava_server linaro_django_xmlrpc"
for package in $packages; do
  [ -f "$tree/$package/__init__.py" ] || [ -d "$tree/$package" ] || fail "this is no LAVA tree: it has no $package/"
done
rm -rf "$tree/.git"
# Without it LAVA asks git for its version, and there is none here.
version=$(head -n 1 /usr/lib/labdeck/source-version | tr -cd 'A-Za-z0-9._+~-')
[ -f "$tree/lava_common/VERSION" ] && [ -s "$tree/lava_common/VERSION" ] || printf '%s\n' "${version:-0.dev}" > "$tree/lava_common/VERSION"

# /usr/local precedes the packaged modules, also for lava-run, whose environment is purged.
site=/usr/local/lib/$(python3 -c 'import sys; print("python%d.%d" % sys.version_info[:2])')/dist-packages
mkdir -p "$site"
for package in "$tree"/lava_* "$tree/linaro_django_xmlrpc"; do
  [ -d "$package" ] || continue
  rm -rf "$site/$(basename "$package")"
  ln -s "$package" "$site/$(basename "$package")"
done

device_types=
for folder in "$tree/etc/dispatcher-config/device-types" "$tree/share/lava-server/device-types" "$tree/share/device-types"; do
  [ -d "$folder" ] && device_types=$folder && break
done
[ -n "$device_types" ] || device_types=/usr/share/lava-server/device-types
cat > /usr/lib/labdeck/source-settings.json <<X
{"STATIC_ROOT": "/opt/lava-static",
 "DEVICE_TYPES_PATHS": ["/etc/lava-server/dispatcher-config/device-types", "$device_types"]}
X

python3 -m compileall -q $(for package in $packages; do echo "$tree/$package"; done) || fail "the tree has Python that this image cannot run"
python3 -I /usr/lib/labdeck/labdeck-bake overlay "${version:-unknown}"
