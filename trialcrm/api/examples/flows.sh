#!/bin/sh
# What a program does with the portal most often, with curl.
#   PORTAL=https://portal.example.org TOKEN=trialcrm_… sh flows.sh queue
set -eu

call() {
  method=$1 path=$2
  shift 2
  curl --silent --show-error --fail-with-body -X "$method" "$PORTAL$path" \
    -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" "$@"
}

flow=$1
shift
case $flow in
  queue) call GET "/api/v1/screenings?in_queue=true&order=-screening_date&include=subject" ;;
  visit)
    call POST /api/v1/visits -H "Idempotency-Key: visit-$1-$2" -d "{\"subject_id\": \"$1\", \"started_on\": \"$2\",
      \"visit_type\": \"$3\", \"unscheduled_reason\": \"adverse_event\", \"kind\": \"clinic\"}"
    ;;
  event)
    call POST /api/v1/adverse-events -d "{\"subject_id\": \"$1\", \"onset_date\": \"$2\", \"event_term\": \"$3\",
      \"aware_at\": \"$2T12:00\", \"learned_from\": \"call\", \"severity\": \"MILD\",
      \"outcome\": \"NOT RECOVERED/NOT RESOLVED\"}"
    ;;
  order) call GET "/api/v1/orders?patient=$1&limit=1" ;;
  dose)
    call POST /api/v1/adherence-logs -d "{\"order_id\": \"$1\", \"slot_at\": \"$2\", \"adherence_status\": \"taken\"}"
    ;;
  send) call POST /api/v1/messages -d "{\"conversation_id\": \"$1\", \"body\": \"$2\"}" ;;
  read) call POST "/api/v1/messages/$1/read" -d "{}" ;;
  week) call GET "/api/v1/appointments?week=$1&order=start_at&include=subject,provider" ;;
  study)
    call POST /graphql -d '{"query": "{ studies { nodes { protocolId subjects { nodes { subjectId state } } } } }"}'
    ;;
  *) echo "one of: queue visit event order dose send read week study" >&2; exit 2 ;;
esac
