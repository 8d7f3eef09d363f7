# Helpers for docs/aws.md, in bash: `STACK=em-connect-prod; . docs/aws.sh`. They only read.

# Prints an output of the stack: output HttpUrl
output() {
  aws cloudformation describe-stacks --stack-name "$STACK" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

# Prints the alarms that are on, with their descriptions.
alarms() {
  aws cloudwatch describe-alarms --alarm-name-prefix "$STACK-" --state-value ALARM --output text \
    --query 'MetricAlarms[].[AlarmName,AlarmDescription]'
}

# Runs a query of CloudWatch Logs Insights: insights FUNCTION MINUTES QUERY
insights() {
  local id
  id=$(aws logs start-query --log-group-name "/aws/lambda/$STACK-$1" --query-string "$3" \
    --start-time $(($(date +%s) - 60 * $2)) --end-time "$(date +%s)" --query queryId --output text)
  sleep 5
  # shellcheck disable=SC2016 # The backticks are JMESPath's.
  aws logs get-query-results --query-id "$id" --query 'results[].[[?field!=`@ptr`].value][]' --output text
}

# Counts the errors and warnings of a function in the last hour: failures FUNCTION
failures() {
  insights "$1" 60 'filter level in ["ERROR", "WARN"] | stats count(*) by message, error'
}

# Prints the crashes and timeouts of a function in the last hour: crashes FUNCTION
crashes() {
  insights "$1" 60 'filter @message like /panicked|Task timed out|Runtime exited|the function cannot start/ | fields @timestamp, @logStream, @message | limit 20'
}

# Counts requests of the last hour by route, with their slowest hundredth in milliseconds: routes [api or web]
routes() {
  insights "${1:-api}" 60 'filter message = "request" | stats count(*), pct(duration_ms, 50), pct(duration_ms, 99) by http.route | sort pct(duration_ms, 99) desc'
}

# Counts the requests of the last hour that a limit refused.
refused() {
  insights api 60 'filter message = "request" and http.status = 429 | stats count(*) by http.route, bin(5m)'
}

# Prints the state of the relay's trigger.
trigger() {
  aws lambda list-event-source-mappings --function-name "$STACK-relay" --output text \
    --query 'EventSourceMappings[].[UUID,State,LastProcessingResult]'
}
