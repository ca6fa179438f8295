#!/usr/bin/env bash
# Step of the GitHub Action: puts canvaslint into $RUNNER_TEMP/canvaslint-bin and
# that folder into PATH of the steps to come. It downloads the release named by
# CANVASLINT_VERSION and compares its checksum; "source" builds it.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$RUNNER_TEMP/canvaslint-bin
mkdir -p "$bin"
suffix=
[[ ${RUNNER_OS:-} == Windows ]] && suffix=.exe

if [[ ${CANVASLINT_VERSION:?a release such as v1.2.3, or source} == source ]]; then
    (cd "$source" && CGO_ENABLED=0 go build -o "$bin/canvaslint$suffix" ./cmd/canvaslint)
else
    if [[ ! $CANVASLINT_VERSION =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
        echo "canvaslint: version takes a release such as v1.2.3, or source, not \"$CANVASLINT_VERSION\"" >&2
        exit 2
    fi
    system=$(tr '[:upper:]' '[:lower:]' <<<"${RUNNER_OS:-Linux}")
    case ${system} in macos) system=darwin ;; esac
    case ${RUNNER_ARCH:-X64} in
    X64) machine=amd64 ;;
    ARM64) machine=arm64 ;;
    *)
        echo "canvaslint: there is no release for $RUNNER_ARCH; version: source builds one" >&2
        exit 2
        ;;
    esac
    archive=canvaslint_${CANVASLINT_VERSION#v}_${system}_${machine}.tar.gz
    [[ $system == windows ]] && archive=${archive%.tar.gz}.zip
    from=${CANVASLINT_RELEASES:-https://github.com/canvaslint/canvaslint/releases/download}/$CANVASLINT_VERSION
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    curl --fail --silent --show-error --location --retry 3 --output "$work/$archive" "$from/$archive"
    curl --fail --silent --show-error --location --retry 3 --output "$work/checksums.txt" "$from/checksums.txt"
    want=$(awk -v name="$archive" '$2 == name { print $1 }' "$work/checksums.txt")
    if command -v sha256sum >/dev/null; then
        got=$(sha256sum <"$work/$archive")
    else
        got=$(shasum -a 256 <"$work/$archive")
    fi
    if [[ -z $want || ${got%% *} != "$want" ]]; then
        echo "canvaslint: the checksum of $archive is not the one in checksums.txt: it was not installed" >&2
        exit 4
    fi
    if [[ $archive == *.zip ]]; then
        unzip -q -o "$work/$archive" "canvaslint$suffix" "canvaslint-fetch$suffix" -d "$bin"
    else
        tar -xzf "$work/$archive" -C "$bin" canvaslint canvaslint-fetch
    fi
fi
"$bin/canvaslint$suffix" version
echo "$bin" >>"$GITHUB_PATH"
