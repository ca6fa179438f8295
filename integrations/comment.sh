#!/usr/bin/env bash
# Step of the GitHub Action: puts the Markdown report into a comment of the pull
# request. A hidden line marks the comment, so that the next run renews it.
set -euo pipefail

mark='<!-- canvaslint -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
    echo "$mark"
    cat "$REPORT"
} >"$body"
comments=repos/$GITHUB_REPOSITORY/issues/${PULL_REQUEST:?}/comments
known=$(gh api --paginate "$comments" --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id")
known=${known%%$'\n'*}
if [[ -n $known ]]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$body"
else
    gh api --silent --method POST "$comments" --field "body=@$body"
fi
