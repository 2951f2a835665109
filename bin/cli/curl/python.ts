// The parts of the Python program in a script that do not depend on the exchange, and how texts are written into it.

/**
 * A text as a literal of Python that holds no single quote: the program stands between single quotes of the shell.
 * Whatever the text is, it cannot end the literal.
 */
export function literal(text: string): string {
  const inner = [...String(text)].map((character) =>
    /^[ !#-&(-[\]-~]$/.test(character) ? character : escaped(character.codePointAt(0) as number),
  );
  return `"${inner.join('')}"`;
}

function escaped(code: number): string {
  const [letter, digits] = code < 0x100 ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).padStart(digits as number, '0')}`;
}

/** A function of the program. What ends in `stop` has sent nothing. */
interface Helper {
  readonly name: string;
  readonly code: string;
}

const HELPERS: readonly Helper[] = [
  {
    name: 'stop',
    code: `def stop(why):
    sys.exit("not sent: " + why)`,
  },
  {
    name: 'utf8',
    code: `def utf8(given, what):
    try:
        return os.fsencode(given).decode("utf-8")
    except UnicodeDecodeError:
        stop(what + " is not UTF-8")`,
  },
  {
    name: 'credential',
    code: `def credential(name):
    return utf8(os.environ.get(name) or stop(name + " is not set"), name)`,
  },
  {
    // the rules of 'baseUrl' in an exchange's configuration
    name: 'place',
    code: String.raw`def place(url):
    found = re.fullmatch(r"(https?)://(\[::1\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(:[1-9][0-9]{0,4})?((?:/[a-z0-9_~.-]*[a-z0-9_~-])*)/?", url, re.A | re.I)
    if not found:
        stop("the base URL is not one such as https://api.exchange.example")
    scheme, name, port = found[1].lower(), found[2].lower(), found[3] or ""
    local = name in ("localhost", "[::1]") or re.fullmatch(r"127(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}", name)
    if not local and (scheme != "https" or port not in ("", ":443")):
        stop("the base URL must be https on port 443; only loopback addresses may be otherwise")
    if port == {"https": ":443", "http": ":80"}[scheme]:
        port = ""
    return scheme, name + port, found[4]`,
  },
  {
    name: 'segment',
    code: `def segment(given, name):
    if given in ("", ".", ".."):
        stop(name + " is empty or leads to another path")
    return quote(given, safe="")`,
  },
  {
    name: 'pairs',
    code: `def pairs(given):
    found = []
    for one in given:
        name, equals, value = one.partition("=")
        if not name or not equals:
            stop("a parameter of the query must be name=value")
        found.append((name, value))
    return found`,
  },
  {
    name: 'once',
    code: `def once(fields):
    if len({name for name, _ in fields}) < len(fields):
        stop("a parameter is there twice, or is one that this script adds itself")
    return fields`,
  },
  {
    name: 'rfc3986',
    code: `def rfc3986(fields):
    return "&".join(quote(name, safe="") + "=" + quote(value, safe="") for name, value in fields)`,
  },
  {
    name: 'form',
    code: `def form(fields):
    def encoded(text):
        return quote_plus(text, safe="*").replace("~", "%7E")
    return "&".join(encoded(name) + "=" + encoded(value) for name, value in fields)`,
  },
  {
    name: 'unambiguous',
    code: String.raw`def unambiguous(fields):
    for name, value in fields:
        if re.search(r"[&=\x00-\x1f\x7f-\x9f]", name) or re.search(r"[&\x00-\x1f\x7f-\x9f]", value):
            stop("the exchange signs the query before encoding, and this one could be read in two ways")
    return "&".join(name + "=" + value for name, value in fields)`,
  },
  {
    name: 'question',
    code: `def question(query):
    return "?" + query if query else ""`,
  },
  {
    name: 'joined',
    code: `def joined(separator, *parts):
    return separator.encode().join(part if isinstance(part, bytes) else part.encode() for part in parts)`,
  },
  {
    // a number as it is written: 0.10 stays 0.10
    name: 'Digits',
    code: `class Digits(str):
    pass`,
  },
  {
    name: 'written',
    code: `def written(value):
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(name, ensure_ascii=False) + ":" + written(one) for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)`,
  },
  {
    name: 'fields_of',
    code: `def fields_of(source):
    def no_twins(members):
        return dict(once(members))
    def no_number(name):
        stop("the body has " + name + ", which is not JSON")
    if not source:
        return []
    try:
        with (open(source, "rb") if source != "-" else sys.stdin.buffer) as stream:
            content = stream.read(65537)
        if len(content) > 65536:
            stop("the body has more than 64 KiB")
        fields = json.loads(content.decode("utf-8"), parse_int=Digits, parse_float=Digits, parse_constant=no_number, object_pairs_hook=no_twins)
    except OSError as problem:
        stop("the body cannot be read: " + (problem.strerror or "unknown error"))
    except (ValueError, RecursionError):
        stop("the body is not JSON in UTF-8")
    if not isinstance(fields, dict):
        stop("the body is not a JSON object")
    return list(fields.items())`,
  },
  {
    name: 'flat',
    code: `def flat(fields):
    for name, value in fields:
        if not isinstance(value, (str, bool)):
            stop("the body is sent as a form, whose fields are texts, numbers, true or false")
    return [(name, ("true" if value else "false") if isinstance(value, bool) else str(value)) for name, value in fields]`,
  },
  {
    name: 'header',
    code: `def header(name, value):
    if not re.fullmatch("[!-~]([ -~]*[!-~])?", value):
        stop("header " + name + " would hold something else than printable ASCII; a value of the key is the cause")
    return option("header", name + ": " + value)`,
  },
  {
    // what is in the quotes of curl's configuration stays there
    name: 'option',
    code: String.raw`def option(name, value):
    if re.search(r"[\x00-\x1f]", value):
        stop("a control character cannot be sent")
    line = name + " = \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n"
    return line if len(line.encode()) < 100000 else stop("the request is too long for a line of the configuration of curl")`,
  },
];

const MODULES = ['base64', 'hashlib', 'hmac', 'json', 'os', 're', 'secrets', 'sys', 'time', 'uuid'];

/** A whole program: the modules and helpers that the code uses, then the code. */
export function program(code: string): string {
  const helpers = needed(code, []).map((helper) => helper.code);
  const all = [HIDING, ...helpers, code].join('\n\n');
  const modules = MODULES.filter((name) => all.includes(`${name}.`));
  return `import ${modules.join(', ')}\nfrom urllib.parse import quote, quote_plus, unquote\n\n${all}`;
}

/** The message of an error could hold a value: only its kind is told. */
const HIDING = 'sys.excepthook = lambda kind, *_: sys.stderr.write("not sent: " + kind.__name__ + "\\n")';

function needed(code: string, before: readonly Helper[]): readonly Helper[] {
  const all = [code, ...before.map((helper) => helper.code)].join('\n');
  const found = HELPERS.filter(({ name }) => uses(all, name));
  return found.length === before.length ? found : needed(code, found);
}

/** Classes are passed on by name, functions are called. */
const uses = (code: string, name: string) => new RegExp(`\\b${name}${/^[A-Z]/.test(name) ? '\\b' : '\\('}`).test(code);
