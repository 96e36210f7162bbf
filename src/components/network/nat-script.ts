/** What a NAT instance runs at each start: the user data of its launch template, a shell script. */

import { natEnds, natMark } from "../../ports/way-out";

/**
 * The script: forwards, and translates what comes from the network, with `nft` or `iptables`, whichever the image has.
 *
 * Amazon Linux 2023 is not sure to have either (jamesmoriarty/cfn-cheapest-nat #14 and #16), and 512 MB are not enough for
 * dnf beside another dnf or the agent of Systems Manager: it is killed (amazon-linux-2023 #404), or finds the package
 * database locked (aws-cdk #36717). So the agent, which does nothing without a role, is stopped, a swap file is made
 * first, and dnf is tried for as long as an instance may take: `minutes`. An instance on which that fails powers off,
 * and its group starts another one.
 *
 * What it did is on the console (EC2 API, GetConsoleOutput), which needs neither a role on the instance nor a way in, in
 * lines that begin with {@link natMark}. cloud-init runs user data at an instance's first start alone, so the script puts
 * itself among those of every start (cloud-init documentation, Scripts Per Boot): rules are gone after a restart.
 *
 * @param cidrBlock - the network's own range
 */
export function natScript(cidrBlock: string): string {
  return `#!/bin/bash
# Forwards what comes from ${cidrBlock}. What it did: lines of "${natMark}" on the console.
set -uo pipefail
minutes=15

say() {
  local line="${natMark} $*"
  echo "$line"
  echo "$line" >> /dev/console
} 2> /dev/null

give_up() {
  say "${natEnds.failed}: $*; it powers off, and the group starts another one"
  poweroff
  exit 1
}

# try NAME COMMAND...: until it succeeds or the time is over; what was said last stands in its place.
try() {
  local name=$1 code said
  shift
  while true; do
    said=$(timeout 300 "$@" 2>&1) && return 0
    code=$?
    case $code in
      124) said="took longer than five minutes" ;;
      137) said="was killed, which is what running out of memory looks like" ;;
      *) said="ended with $code: $(tail -n 1 <<< "$said")" ;;
    esac
    say "$name $said"
    (( SECONDS < minutes * 60 )) || return 1
    sleep 10
  done
}

add_swap() {
  [ -e /swapfile ] && return 0
  say "memory: $(free -m | awk '/^Mem:/ {print $2}') MB; adds 512 MB of swap"
  systemctl disable --now amazon-ssm-agent > /dev/null 2>&1
  dd if=/dev/zero of=/swapfile bs=1M count=512 status=none && chmod 600 /swapfile &&
    mkswap /swapfile > /dev/null && swapon /swapfile || say "no swap: $?"
}

with_nft() {
  cat > /etc/berth-nat.nft <<'RULES'
add table ip berth_nat
flush table ip berth_nat
table ip berth_nat {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${cidrBlock} ip daddr != ${cidrBlock} masquerade
  }
}
RULES
  try nft nft -f /etc/berth-nat.nft
}

with_iptables() {
  local rule=(POSTROUTING -s ${cidrBlock} ! -d ${cidrBlock} -j MASQUERADE)
  iptables -t nat -C "\${rule[@]}" 2> /dev/null || try iptables iptables -t nat -A "\${rule[@]}"
}

say "${natEnds.begun}"
install -D -m 755 "$0" /var/lib/cloud/scripts/per-boot/berth-nat
echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/90-nat.conf
try sysctl sysctl --load /etc/sysctl.d/90-nat.conf || give_up "forwarding can't be switched on"
if ! command -v nft > /dev/null && ! command -v iptables > /dev/null; then
  add_swap
  try dnf dnf install --assumeyes --quiet --setopt=install_weak_deps=False nftables ||
    give_up "nftables can't be installed"
fi
if command -v nft > /dev/null; then tool=nft; else tool=iptables; fi
"with_$tool" || give_up "$tool does not take the rule"
say "${natEnds.open}, by $tool"
`;
}
