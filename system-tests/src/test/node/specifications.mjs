// Reads docs/openapi.yaml and docs/asyncapi.yaml as their own tools do, and then, a line of JSON each, what a server
// answered. Says, a line each, what is wrong; nothing when all is as written.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const [openapiFile, asyncapiFile] = process.argv.slice(2);
const say = wrong => console.log(JSON.stringify(wrong));

const openapi = parse(readFileSync(openapiFile, 'utf8'));
const checked = await new Validator().validate(structuredClone(openapi));
if (!checked.valid) say({ document: 'openapi', errors: checked.errors });

const ERROR = 0;
const { diagnostics } = await new Parser().parse(readFileSync(asyncapiFile, 'utf8'));
for (const each of diagnostics.filter(each => each.severity === ERROR)) {
  say({ document: 'asyncapi', errors: each.message, at: each.path.join('.') });
}
const asyncapi = parse(readFileSync(asyncapiFile, 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
ajv.addSchema({ $id: 'openapi', ...openapi });
ajv.addSchema({ $id: 'asyncapi', ...asyncapi });
const escaped = key => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
const schema = (document, ...keys) => ajv.compile({ $ref: `${document}#/${keys.map(escaped).join('/')}` });

function response(answer) {
  const responses = openapi.paths[answer.path]?.[answer.method]?.responses;
  const written = responses?.[answer.status];
  if (!written) return { errors: 'this status is not written down', answer };
  const named = written.$ref?.split('/').pop();
  const content = (named ? openapi.components.responses[named] : written).content;
  if (!content) return answer.body === undefined ? null : { errors: 'a body that is not written down', answer };
  if (!content[answer.type]) return { errors: 'this media type is not written down', answer };
  if (answer.body === undefined) return null; // a stream
  const where = named ? ['components', 'responses', named] : ['paths', answer.path, answer.method, 'responses', `${answer.status}`];
  const check = schema('openapi', ...where, 'content', answer.type, 'schema');
  return check(answer.body) ? null : { errors: check.errors, answer };
}

function message({ channel, event, body }) {
  const known = Object.keys(asyncapi.channels[channel].messages)
    .find(key => asyncapi.components.messages[key === 'error' && channel === 'audio' ? 'audioError' : key]?.name === event);
  if (!known) return { errors: 'this message is not written down', channel, event };
  const check = schema('asyncapi', 'components', 'messages', known, 'payload');
  return check(body) ? null : { errors: check.errors, channel, event, body };
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line);
  const wrong = said.channel ? message(said) : response(said);
  if (wrong) say(wrong);
}
