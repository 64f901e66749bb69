#!/bin/sh
# A program with the face of touchstone-sim, whose results one can calculate:
#   stand_in.sh SCENARIO --report DIR
# In the scenario, `hold` is a file for which it waits, `die` a folder in which it leaves a mark and
# dies the first time, `broken` the number of gateways that it cannot do, `limit` what the figure
# may be at most.
if [ "$1" = --version ]; then
  echo "stand-in 1"
  exit 0
fi
scenario=$1
report=$3
value() {
  sed -n "s/^ *$1 = //p" "$scenario" | tr -d "'\""
}
gateways=$(value gateways)
die=$(value die)
if [ -n "$die" ] && [ ! -e "$die/$gateways" ]; then
  : > "$die/$gateways"
  kill -9 $$
fi
hold=$(value hold)
while [ -n "$hold" ] && [ ! -e "$hold" ]; do
  sleep 0.05
done
if [ "$gateways" = "$(value broken)" ]; then
  echo "no such world" >&2
  exit 2
fi
p95=$((10 * gateways + $(value seed)))
echo '{"t":0}' > "$report/metrics.jsonl"
echo "{\"joins\": {\"p95_ms\": $p95, \"count\": 3}}" > "$report/summary.json"
limit=$(value limit)
[ "$p95" -le "${limit:-1000000}" ]
