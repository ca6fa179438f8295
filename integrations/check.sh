#!/usr/bin/env bash
# Step of the GitHub Action: runs canvaslint check and leaves its exit status and
# the paths of its reports as outputs, so that the reports can be uploaded before
# the job fails. Inputs come by environment, never pasted into the script.
set -euo pipefail

sarif=$RUNNER_TEMP/canvaslint.sarif report=$RUNNER_TEMP/canvaslint.json markdown=$RUNNER_TEMP/canvaslint.md
rm -f "$sarif" "$report" "$markdown"

args=(--format "${CANVASLINT_FORMAT:-github}" --report "sarif=$sarif" --report "json=$report" --report "markdown=$markdown")
[[ -n ${CANVASLINT_CONFIG:-} ]] && args+=(--config "$CANVASLINT_CONFIG")
[[ -n ${CANVASLINT_FAIL_ON:-} ]] && args+=(--fail-on "$CANVASLINT_FAIL_ON")
[[ -n ${CANVASLINT_GUIDE:-} ]] && args+=(--guide "$CANVASLINT_GUIDE")
# A line each, so that blanks in a path are no trouble.
while IFS= read -r line || [[ -n $line ]]; do
    [[ -n $line ]] && args+=("$line")
done <<<"${CANVASLINT_ARGS:-}"
paths=()
while IFS= read -r line || [[ -n $line ]]; do
    # A path that begins with a dash is no flag.
    case $line in
    '') ;;
    -?*) paths+=("./$line") ;;
    *) paths+=("$line") ;;
    esac
done <<<"${CANVASLINT_PATHS:-.}"

status=0
canvaslint check "${args[@]}" "${paths[@]}" || status=$?

{
    echo "status=$status"
    [[ -s $sarif ]] && echo "sarif=$sarif"
    [[ -s $report ]] && echo "report=$report"
    [[ -s $markdown ]] && echo "markdown=$markdown"
    true
} >>"$GITHUB_OUTPUT"
if [[ ${CANVASLINT_SUMMARY:-true} == true && -s $markdown && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
fi
