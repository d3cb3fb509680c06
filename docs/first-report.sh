#!/bin/sh
# Your first report in five requests: sh docs/first-report.sh ADDRESS EMAIL PASSWORD
# Without arguments it takes DEALDOME_EMAIL and DEALDOME_PASSWORD, and asks http://localhost:3000.
set -eu
address=${1:-http://localhost:3000}
email=${2:-$DEALDOME_EMAIL}
password=${3:-$DEALDOME_PASSWORD}
json() { printf %s "$1" | sed 's/[\\"]/\\&/g'; }

# 1. Sign in. The token is good for 24 hours. A machine takes an API token with scopes of its own instead: `POST /api-tokens`.
login=$(curl -sS --fail-with-body "$address/auth/login" -H 'content-type: application/json' \
  -d "{\"email\":\"$(json "$email")\",\"password\":\"$(json "$password")\"}")
token=$(printf %s "$login" | sed 's/.*"token":"\([^"]*\)".*/\1/')
ask() { curl -sS --fail-with-body "$address$1" -H "authorization: Bearer $token"; echo; }

# 2. The stores that you see. `store` in any request is one of these slugs; without it you get all of them in one currency.
ask /stores

# 3. What this month earned until now, from gross sales down to net profit, beside the same days of the month before.
ask '/financials/summary?compare=previous'

# 4. Why net profit changed, in parts that add up to the cent: price, discount, volume, costs, ads and so on.
ask /financials/bridge

# 5. The days behind it, as a file for a spreadsheet. Every list and report takes `format=csv` or `format=xlsx`.
ask '/financials/daily?format=csv' > daily.csv
