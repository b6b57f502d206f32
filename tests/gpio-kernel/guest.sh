# Runs in the emulated machine as root: the gateway watches real lines of the kernel's gpio-sim.
# Helpers gpio_bank, gpio_pull, gpio_unplug and wait_for come with the machine.
fail() { echo "FAILED: $1"; cat /tmp/gateway.log; sealwarden log tail -n 60 --json --config /etc/site.toml; exit 1; }
# Lines of the log that have every one of the given texts.
count() {
    sealwarden log search --json --config /etc/site.toml > /tmp/entries 2>/dev/null
    for text in "$@"; do grep -e "$text" /tmp/entries > /tmp/left; mv /tmp/left /tmp/entries; done
    wc -l < /tmp/entries
}
until_count() { # WANTED TEXT...
    wanted=$1; shift; tries=0
    while [ "$(count "$@")" -lt "$wanted" ]; do
        tries=$((tries + 1)); [ $tries -lt 60 ] || return 1
        usleep 250000
    done
}

ifconfig lo 127.0.0.1 up
gpio_bank doors 8 3=DOCK7 5=LID || exit 1
chip=$(gpio_chip doors)
gpio_pull doors 3 down; gpio_pull doors 5 up
mkdir -p /var/lib/sealwarden /run/sealwarden
sed "s/@CHIP@/$chip/" /etc/site.toml.in > /etc/site.toml
sealwarden run --no-fronts --config /etc/site.toml 2> /tmp/gateway.log & pid=$!
wait_for /tmp/gateway.log "gateway runs" || fail "it does not start"
until_count 1 'door.closed' || fail "the door is not found closed"
until_count 1 'cabinet.closed' || fail "the active-low lid is not found closed"

# A door that opens for a quarter of a second, three times: by its line's name.
for round in 1 2 3; do gpio_pull doors 3 up; usleep 250000; gpio_pull doors 3 down; usleep 250000; done
until_count 3 '"door.opened"' || fail "an opening is missing"

# The lid, active low: pulled down is open, and an alarm.
gpio_pull doors 5 down
until_count 1 'alarm.raised' 'cabinet-open' || fail "the opened lid raises no alarm"

# Which switches the siren on: the kernel's line says so, and the log that it follows.
until_line() { # OFFSET LEVEL
    tries=0
    while [ "$(gpio_read doors "$1")" != "$2" ]; do
        tries=$((tries + 1)); [ $tries -lt 40 ] || return 1
        usleep 100000
    done
}
until_line 6 1 || fail "the siren is not switched on"
until_count 1 '"output.on"' 'cabinet-open' || fail "the siren's cause is not said"
sealwarden alarm ack cabinet-open-main --config /etc/site.toml > /dev/null || fail "the alarm is not acknowledged"
until_line 6 0 || fail "the siren is not switched off"
until_count 1 '"output.off"' 'answered' || fail "its end is not said"
[ "$(count '"output.failed"')" = 0 ] || fail "the siren is said not to follow"

# Faster than anybody reads: the kernel keeps 16 edges, the level wins, the loss is said.
kill -STOP $pid
for round in 1 2 3 4 5 6 7 8 9 10 11 12; do gpio_pull doors 3 up; usleep 2000; gpio_pull doors 3 down; usleep 2000; done
gpio_pull doors 3 up; usleep 2000
kill -CONT $pid
until_count 1 'point.lost_edges' || fail "lost edges are not said"
until_count 4 '"door.opened"' || fail "after lost edges the level does not win"

# The chip goes away while it is watched.
gpio_unplug doors
until_count 1 'device.offline' || fail "a vanished chip is not noticed"
until_count 1 'door.unknown' || fail "a door without its chip is not unknown"
kill $pid; wait $pid || fail "it does not end well"
echo "gpio: passed"
