#!/bin/sh
# After apt: no secret stays in the image, and all that LAVA writes goes to the volume.
set -eu

rm -f /etc/lava-server/settings.d/* /etc/lava-server/instance.conf /etc/lava-server/secret_key.conf
mkdir -p /usr/lib/labdeck/skeleton /state /run/labdeck
move() { # from to
  if [ -d "$1" ] && [ ! -L "$1" ]; then
    if [ -n "${3:-}" ]; then mkdir -p "$3"; cp -a "$1/." "$3/"; fi
    rm -rf "$1"
  fi
  mkdir -p "$(dirname "$1")"
  ln -sfn "$2" "$1"
}
move /etc/lava-server /state/etc/lava-server /usr/lib/labdeck/skeleton/etc-lava-server
move /etc/lava-dispatcher /state/etc/lava-dispatcher /usr/lib/labdeck/skeleton/etc-lava-dispatcher
move /var/lib/lava-server/default /state/lib/lava-server
move /var/lib/lava-server/home /state/lib/lava-server/home
move /var/lib/lava/dispatcher /state/lib/dispatcher
rm -rf /var/lib/postgresql/* /etc/postgresql/*
chmod 755 /usr/lib/labdeck/*.sh /usr/lib/labdeck/lab* /usr/lib/labdeck/run-zygote
ln -sf /usr/lib/labdeck/labctl /usr/local/bin/labctl
ln -sf /usr/lib/labdeck/labinit /usr/local/bin/labinit
python3 -m compileall -q /usr/lib/labdeck/labdeck
