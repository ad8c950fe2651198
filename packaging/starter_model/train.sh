#!/bin/sh
# Runs one stage in the background at the lowest priority, on one core, so that the machine stays usable.
#   packaging/starter_model/train.sh dalle_bart --plan second
# Its output goes to build/starter/STAGE.out, its process number to build/starter/pids.
# Large blocks that stay mapped, in huge pages, make a step up to a quarter faster on Linux.
export OMP_NUM_THREADS=1 THP_MEM_ALLOC_ENABLE=1
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build/starter
case $1 in
judge) shift; set -- packaging/starter_model/train_judge.py "$@"; name=judge ;;
*) name=$1; set -- packaging/starter_model/build.py "$@" ;;
esac
setsid nohup nice -n 19 .venv/bin/python "$@" >"build/starter/$name.out" 2>&1 </dev/null &
echo $! >>build/starter/pids
echo "$name: process $!"
