/**
 * Words that are typical of error messages, in lower case: of providers, HTTP, networks, JSON, validation and runtimes.
 * It contains no personal words, so that the remaining words of a prompt reveal nothing.
 */
export const MESSAGE_WORDS: ReadonlySet<string> = new Set(
  `error errors errored break breaks broke prepare prepared preparing raise raised raises recent find finds currently getaddrinfo str int bool dict tuple exception exceptions fail fails failed failing failure failures fault warning fatal panic crash
  crashed abort aborted aborting cancel canceled cancelled cancelling cancellation timeout timeouts timed time times
  deadline exceeded exceeds exceed expired expires expire invalid valid validate validation validations unsupported
  supported support supports unknown unexpected expected expect expects missing required requires require requirement
  needed needs need empty null undefined none nil nan true false unable allow allowed allows disallowed denied deny
  forbidden unauthorized unauthorised authentication authenticate authenticated authorization authorisation permission
  permissions access accessible credential credentials key keys token tokens api secret bearer incorrect wrong bad
  malformed corrupt corrupted broken conflict conflicts duplicate exists exist existing found locate located lookup gone
  deleted removed disabled enabled deprecated unavailable available overloaded overload capacity busy rate rates limit
  limits limited limiting quota quotas billing credit credits balance insufficient usage plan tier reached reach hit
  maximum minimum max min length lengths size sizes large long short small high low large larger largest smaller greater
  less least longer shorter above below range ranges bound bounds count counts number numbers many much few total

  request requests requested requesting response responses respond responded answer answers answered reply server servers
  client clients service services provider providers gateway upstream downstream proxy host hosts hostname address port
  dns socket sockets connection connections connect connected connecting disconnect disconnected reset refused closed
  close closing open opened network internet tls ssl certificate certificates handshake protocol http https status code
  codes header headers body bodies url uri path method methods route query parameter parameters param params argument
  arguments option options field fields property properties value values name names type types format formats schema
  schemas json xml yaml csv parse parsed parser parsing decode decoded decoding encode encoded encoding serialize
  deserialize character characters byte bytes line lines column position offset index string strings integer integers
  float boolean object objects array arrays list lists map number unterminated delimiter extra data input inputs output
  outputs content contents message messages prompt prompts role roles system user assistant developer tool tools function
  functions call calls called calling model models deployment deployments engine engines endpoint endpoints resource
  resources context window completion completions chat chats embedding embeddings image images audio video file files
  document documents text texts stream streams streaming streamed chunk chunks batch batches job jobs run runs running ran
  thread threads session sessions conversation conversations agent agents workflow workflows step steps chain chains
  task tasks handler handlers callback process processed processing processes operation operations operational
  attempt attempts attempted retry retries retried retrying again later wait waiting try tried trying after seconds second
  sec minute minutes hour hours day days week month ms millisecond milliseconds

  policy policies safety filter filters filtered filtering blocked block content moderation flagged violation violations
  violate violates violated terms harmful prohibited region country territory organization organisation project account
  id ids identifier version versions update updated updates upgrade create created creating creation delete get post put
  patch read reading write writing written load loaded loading save send sending sent receive received receiving generate
  generated generating generation produce produced return returned returns returning execute executed executing execution
  perform performed handle handled handling start started starting stop stopped end ended finish finished complete
  completed completing abnormal internal external temporary temporarily permanent permanently already active
  inactive pending in progress state states memory disk space storage database transaction lock locked deadlock
  pointer reference segmentation stack overflow recursion depth heap allocation worker thread main module modules
  import imported export package packages dependency dependencies install installed instance instances class attribute
  attributes member iterable iterator subscriptable callable property read-only readonly constructor promise rejection
  rejected uncaught unhandled traceback cause caused reason details detail detailed description title info information
  hint help documentation docs check make sure ensure verify provide provided specify specified specifies set setting
  settings configure configured configuration contact sorry unfortunately problem problems issue issues occurred occur
  happened encountered encounter while about via using used based given following first last next previous current
  new old same different single multiple several all both another zero two three got cast assign assigned assignment
  match matches matching mismatch pattern regex constraint constraints unique foreign primary table row rows
  subscription trial free paid tpm rpm tpd rpd requests_per_minute inference throttled throttling throttle backoff slow
  down quickly simultaneous concurrent concurrency parallel queue queued reasoning thinking temperature top stop seed
  llm litellm openai openaiexception anthropic azure bedrock google vertex gemini mistral cohere groq ollama openrouter
  together deepseek xai perplexity langchain took entity unprocessable payload media acceptable teapot
  precondition redirect redirects redirected moved permanently location changed change tokenization tokenize
  await async await promise resolve resolved e.g i.e etc ok`.split(/\s+/),
);

/** Small words, which are removed together with an adjacent removed word. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(
  `a an and any are as at be because been before being between but by can cannot could did do does during each either for
  from had has have if in into is it its may more most must no not of off on once one only or other out over per please
  see should so some such than that the their them then there these they this to too under until up upon use was were
  when where which while will with within without would yet you your i we our s t re ve ll d
  couldn didn doesn don hadn hasn haven isn aren wasn weren won wouldn can shouldn mustn`.split(/\s+/),
);
