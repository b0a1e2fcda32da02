#!/bin/sh
# Before apt: the users with fixed ids (a volume must fit every image), and nothing may start or be kept that is not needed.
set -eu

fix_id() { # name id home shell
  old=$(id -u "$1" 2>/dev/null || true)
  if [ -z "$old" ]; then
    groupadd --system --gid "$2" "$1"
    useradd --system --uid "$2" --gid "$2" --home-dir "$3" --no-create-home --shell "$4" "$1"
  elif [ "$old" != "$2" ]; then
    # A published image brought the user: its files follow.
    group=$(id -g "$1")
    groupmod --gid "$2" "$1"
    usermod --uid "$2" --gid "$2" "$1"
    find / -xdev \( -user "$old" -o -group "$group" \) -exec chown -h "$1:$1" {} +
  fi
}
fix_id lavaserver 980 /var/lib/lava-server/home /bin/bash
fix_id postgres 981 /var/lib/postgresql /bin/bash

printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /etc/postgresql-common
# One cluster is made by us, with our own layout.
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
cat > /etc/dpkg/dpkg.cfg.d/labdeck <<'X'
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/info/*
path-include=/usr/share/doc/lava-server*/*
force-unsafe-io
X
cat > /etc/apt/apt.conf.d/90labdeck-small <<'X'
APT::Install-Recommends "false";
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
X
