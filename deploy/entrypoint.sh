#!/bin/sh
# Copies the Veo nodes to the folder from which n8n loads community nodes, and starts n8n.
# A volume at ~/.n8n hides what the image has there, so they are copied at each start.
set -eu

package="$(dirname "$0")/n8n-nodes-veo"
folder="${N8N_USER_FOLDER:-$HOME}/.n8n/nodes/node_modules"

mkdir -p "$folder"
# n8n never finds a half-copied package: the copy is complete before it gets its name.
copy="$(mktemp -d "$folder/.n8n-nodes-veo-XXXXXX")"
cp -R "$package" "$copy/"
rm -rf "$folder/n8n-nodes-veo"
mv "$copy/n8n-nodes-veo" "$folder/n8n-nodes-veo"
rmdir "$copy"

exec "${N8N_ENTRYPOINT:-/docker-entrypoint.sh}" "$@"
