H=http://localhost:4400/v1; J='content-type: application/json'
OPERATOR="authorization: Bearer $(cat .heliograph/operator.key)"
field() { node -pe "JSON.parse(require('fs').readFileSync(0))['$1']"; }

ORG=$(curl -sf $H/organizations -H "$OPERATOR" -H "$J" -d '{"name":"Sample Solar Sales","roles":["sales_org"]}' | field id)
KEY="authorization: Bearer $(curl -sf -X POST $H/organizations/$ORG/keys -H "$OPERATOR" | field key)"

curl -sf -w '\n' $H/endpoints -H "$KEY" -H "$J" -d '{"url":"http://127.0.0.1:8080/"}'
curl -sf -w '\n' $H/customers -H "$KEY" -H "$J" -d '{"first_name":"Avery","last_name":"Sample",
  "address":{"street":"100 Example Way","city":"Sampleton","state":"TX","zip":"75001"}}'
