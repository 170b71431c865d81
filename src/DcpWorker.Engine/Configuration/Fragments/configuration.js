/**
 * Builds the configuration tree out of layers, inside dcp-evaluator: no disk, no network, a time limit from outside.
 * One request line comes in, {layers:[…], environment:{…}, limit: milliseconds}; one answer line goes out:
 *   {ok:true, tree, origins:[[path, layer, line?], …]}   or   {ok:false, layer, message, line?, syntax}
 * A layer is {kind, name, text?, value?, path?}; the weakest comes first:
 *   fragment     text of a .js file, a literal or statements; with proof {path, value, before?} one that sets path to value,
 *                and gives what the text before gave otherwise
 *   json         text of a .json file
 *   value        a value encoded as below (remote configuration, registry, .kvin file)
 *   environment  the variable DCP_CONFIG_… of the layer's name in the request's environment
 *   set          one value at one dotted path
 * Values are encoded so that JSON can carry them: {"$":"object","p":[[name,value],…]}, {"$":"url","href":…},
 * {"$":"regexp",…}, {"$":"number","text":"NaN"}, {"$":"undefined"}, {"$":"bigint",…}, {"$":"symbol",…}; arrays and
 * other primitives as they are.
 */
'use strict';
(function (global) {
  const { writeln, onreadln, ontimer, nextTimer, die } = global;
  for (const name of ['writeln', 'onreadln', 'ontimer', 'nextTimer', 'die'])
    delete global[name];
  const { URL, URLSearchParams } = global;

  // ------------------------------------------------------------------ values in and out

  function isPlain(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      && (value.constructor === Object || Object.getPrototypeOf(value) === null || typeof value.constructor !== 'function');
  }

  function encode(value) {
    switch (typeof value) {
      case 'undefined': return { $: 'undefined' };
      case 'bigint': return { $: 'bigint', text: String(value) };
      case 'symbol': return { $: 'symbol', description: value.description };
      case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: 'number', text: Object.is(value, -0) ? '-0' : String(value) };
      case 'object': break;
      default: return value;
    }
    if (value === null) return null;
    if (Array.isArray(value)) return value.map(encode);
    if (value instanceof URL) return { $: 'url', href: value.href };
    if (value instanceof RegExp) return { $: 'regexp', source: value.source, flags: value.flags };
    return { $: 'object', p: Object.entries(value).map(([name, member]) => [name, encode(member)]) };
  }

  function decode(value) {
    if (Array.isArray(value)) return value.map(decode);
    if (typeof value !== 'object' || value === null) return value;
    switch (value.$) {
      case 'undefined': return undefined;
      case 'bigint': return BigInt(value.text);
      case 'symbol': return Symbol(value.description);
      case 'number': return Number(value.text);
      case 'url': return new URL(value.href);
      case 'regexp': return new RegExp(value.source, value.flags);
      default: return Object.fromEntries(value.p.map(([name, member]) => [name, decode(member)]));
    }
  }

  // ------------------------------------------------------------------ the tree, and who set what

  const tree = {};
  const origins = new Map();
  let current = -1;
  const join = (path, name) => path ? path + '.' + name : name;

  function record(path, line) {
    if (path.endsWith('.length'))
      return;
    for (const known of origins.keys())
      if (known.startsWith(path + '.'))
        origins.delete(known);
    origins.set(path, [current, line]);
  }

  // What a fragment sees is the tree behind proxies, so that an assignment in it is known with its line.
  const proxies = new WeakMap();
  const targets = new WeakMap();
  const bare = (value) => targets.get(value) || value;

  function observe(target, path) {
    if (typeof target !== 'object' || target === null || !(isPlain(target) || Array.isArray(target)))
      return target;
    if (proxies.has(target))
      return proxies.get(target);
    const proxy = new Proxy(target, {
      get: (from, name) => typeof name === 'symbol' ? from[name] : observe(from[name], join(path, name)),
      set(to, name, value) {
        to[name] = bare(value);
        if (typeof name === 'string')
          record(join(path, name), lineOf(new Error()));
        return true;
      },
      defineProperty(to, name, descriptor) {
        record(join(path, String(name)), lineOf(new Error()));
        return Reflect.defineProperty(to, name, 'value' in descriptor ? { ...descriptor, value: bare(descriptor.value) } : descriptor);
      },
      deleteProperty(from, name) {
        record(join(path, String(name)), lineOf(new Error()));
        return delete from[name];
      },
    });
    proxies.set(target, proxy);
    targets.set(proxy, target);
    return proxy;
  }

  // ------------------------------------------------------------------ merging

  function name(value) {
    return value.constructor && value.constructor.name || typeof value;
  }

  /** Keys for the elements of an array that is merged into an object: numbered on from the highest one there. */
  function numbered(array, onto) {
    const used = Object.keys(onto).filter((key) => /^[0-9]+$/.test(key)).map(Number);
    const first = used.length ? Math.max(...used) + 1 : 0;
    return Object.fromEntries(array.map((element, i) => [String(first + i), element]));
  }

  function mergeInto(existing, added, path) {
    if (typeof added !== 'object' || added === null)
      throw new TypeError(`Unable to merge ${typeof added} value '${String(added)}' into ${path || 'dcpConfig'}`);
    for (const key of Object.getOwnPropertyNames(bare(added)))
      mergeProperty(existing, key, bare(bare(added)[key]), join(path, key));
  }

  function mergeProperty(existing, key, value, path) {
    const old = Object.prototype.hasOwnProperty.call(existing, key) ? existing[key] : undefined;
    const put = (result) => { existing[key] = result; record(path); };
    if (old instanceof URL) {
      try {
        return put(new URL(value instanceof URL ? value.href : value));
      } catch (error) {
        throw new TypeError(`Invalid URL: ${path} holds a URL, and ${describe(value)} is not one`);
      }
    }
    if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
      return put(value);
    if (value instanceof RegExp)
      return put(new RegExp(value.source, value.flags));
    if (value instanceof Promise)
      return put(value);
    if (value instanceof URL)
      return put(new URL(value.href));
    if (typeof value === 'function')
      throw new TypeError(`Unable to merge function value into ${path}`);
    if (!isPlain(value) && !Array.isArray(value))
      throw new TypeError(`Unable to merge ${name(value)} object into ${path}`);

    if (typeof old !== 'object' || old === null) {
      existing[key] = Array.isArray(value) ? [] : {};
      record(path);
    } else if (!isPlain(old) && !Array.isArray(old))
      throw new TypeError(`Unable to merge into ${name(old)} value of ${path}`);

    const target = existing[key];
    if (!Array.isArray(target))
      return mergeInto(target, Array.isArray(value) ? numbered(value, target) : value, path);
    for (const element of Array.isArray(value) ? value.map(bare) : Object.entries(value))
      if (!target.includes(element)) {
        target.push(element);
        record(join(path, String(target.length - 1)));
        origins.set(path, [current, undefined]);
      }
  }

  function describe(value) {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }

  // ------------------------------------------------------------------ fragments

  const scriptName = (layer) => `dcp-config-layer-${layer}`;

  /** The line within the fragment being run, out of an error's stack; undefined when the stack has none. */
  function lineOf(error) {
    const match = new RegExp(scriptName(current) + ':([0-9]+)').exec(String(error && error.stack));
    // Function() puts two lines before the text
    return match ? Number(match[1]) - 2 : undefined;
  }

  function unavailable(what, instead) {
    const refuse = () => { throw new Error(`${what} is not available in a configuration file, which has no disk and no network; ${instead}`); };
    return new Proxy(refuse, { get: (_, key) => typeof key === 'symbol' ? undefined : refuse(), set: refuse, apply: refuse, construct: refuse, has: refuse });
  }

  const timers = new Map();
  let timerId = 0;
  let fired = 0;
  function arm() {
    const next = Math.min(...[...timers.values()].map((timer) => timer.when));
    nextTimer(Number.isFinite(next) ? Math.max(next, 1) : 0);
  }
  function setTimer(callback, delay, args, repeat) {
    timers.set(++timerId, { when: Date.now() + Math.max(0, Number(delay) || 0), callback, args, repeat: repeat && Math.max(1, Number(delay) || 0) });
    arm();
    return timerId;
  }
  function clearTimer(id) { timers.delete(id); arm(); }
  ontimer(() => {
    const now = Date.now();
    for (const [id, timer] of [...timers])
      if (timer.when <= now) {
        if (timer.repeat) timer.when = now + timer.repeat; else timers.delete(id);
        fired++;
        timer.callback(...timer.args);
      }
    arm();
  });

  /** Whether a section can be a variable of a fragment: as a name that the engine takes (not `package`), and that hides nothing of its own (not `Number`). */
  function isVariable(name) {
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || name in global)
      return false;
    try {
      new Function(name, '"use strict";');
      return true;
    } catch {
      return false;
    }
  }

  const silent = () => undefined;
  function scope(layer, environment) {
    const symbols = {
      URL, URLSearchParams, Function, Object, Array, Date, Int8Array, Int16Array, Int32Array, Uint8Array, Uint32Array,
      Uint8ClampedArray, Uint16Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array, Promise, Error, ArrayBuffer,
      require: unavailable('require()', 'write the value itself, or name a further file in the etc folder'),
      process: unavailable('process', 'write env.NAME for an environment variable'),
      Buffer: unavailable('Buffer', 'write a string or a Uint8Array'),
      fetch: unavailable('fetch()', 'the scheduler\'s own configuration is fetched for you'),
      console: { log: silent, debug: silent, info: silent, warn: silent, error: silent },
      setTimeout: (f, delay, ...args) => setTimer(f, delay, args, false),
      setInterval: (f, delay, ...args) => setTimer(f, delay, args, true),
      setImmediate: (f, ...args) => setTimer(f, 0, args, false),
      clearTimeout: clearTimer, clearInterval: clearTimer, clearImmediate: clearTimer,
      crypto: { getRandomValues: unavailable('crypto.getRandomValues()', 'a configuration must be the same each time it is read') },
      window: undefined,
      __filename: layer.name.replace(/\.[^./\\]*$/, ''),
      dcpConfig: observe(tree, ''),
      url: (href) => new URL(href),
      env: environment,
      dcp: { 'dcp-env': { platform: 'nodejs', isBrowserPlatform: false } },
    };
    for (const key of Object.keys(tree))
      if (!Object.prototype.hasOwnProperty.call(symbols, key) && isVariable(key))
        symbols[key] = observe(tree[key], key);
    symbols.window = symbols;
    return symbols;
  }

  function isLiteral(text) {
    return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').trimStart().startsWith('{');
  }

  function compile(names, text, layer) {
    try {
      return new Function(...names, `"use strict";${isLiteral(text) ? `return (${text}\n)` : text}\n//# sourceURL=${scriptName(layer)}`);
    } catch (error) {
      error.syntax = true;
      throw error;
    }
  }

  /** Runs a changed fragment; refuses what does not set the value at the path, or sets anything else too. */
  function prove({ path, value, before }, text, run) {
    const parts = path.split('.');
    const earlier = leavesBeside(parts, before, run);
    const result = run(text);
    const later = leavesBeside(parts, before, run);

    let found = result;
    for (const part of parts)
      found = typeof found === 'object' && found !== null && Object.prototype.hasOwnProperty.call(found, part) ? found[part] : absent;
    if (found === absent || JSON.stringify(encode(bare(found))) !== JSON.stringify(encode(decode(value))))
      throw `${path} is set there by more than a plain member (a spread, a computed name, a call…), so that it cannot be changed for you. Edit the file by hand.`;

    const leaves = leavesOf(parts, result);
    // what is another each time, the time of day say, is not ours
    if (earlier && later)
      for (const leaf of new Set([...earlier.keys(), ...leaves.keys()]))
        if (earlier.get(leaf) !== leaves.get(leaf) && earlier.get(leaf) === later.get(leaf))
          throw `${path} cannot be set there without changing ${JSON.parse(leaf).join('.')} too. Edit the file by hand.`;
    return result;
  }

  const absent = Symbol('absent');

  /** What a text gives beside a path; undefined when it gives nothing: then the change is a repair. */
  function leavesBeside(parts, text, run) {
    try {
      return leavesOf(parts, text === null ? {} : run(text));
    } catch {
      return undefined;
    }
  }

  function leavesOf(parts, value) {
    const leaves = new Map();
    (function add(node, path) {
      if (path.length === parts.length && path.every((part, i) => part === parts[i]))
        return;
      if (isPlain(node))
        for (const name of Object.keys(node))
          add(node[name], [...path, name]);
      else if (node !== undefined || path.length)
        leaves.set(JSON.stringify(path), JSON.stringify(encode(node)));
    }(value, []));
    return leaves;
  }

  function camelCase(upper) {
    return upper.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  }

  const kinds = {
    fragment(layer, environment) {
      const symbols = scope(layer, environment);
      const run = (text) => bare(compile(Object.keys(symbols), text, current)(...Object.values(symbols)));
      const result = layer.proof ? prove(layer.proof, layer.text, run) : run(layer.text);
      if (result !== undefined && result !== tree)
        mergeInto(tree, result, '');
    },
    json: (layer) => mergeInto(tree, JSON.parse(layer.text), ''),
    value: (layer) => mergeInto(tree, decode(layer.value), ''),
    environment(layer, environment) {
      const value = compile([], environment[layer.name], current)();
      mergeInto(tree, { [camelCase(layer.name.slice('DCP_CONFIG_'.length))]: value }, '');
    },
    set(layer) {
      const parts = layer.path.split('.');
      mergeInto(tree, parts.reduceRight((value, part) => ({ [part]: value }), decode(layer.value)), '');
    },
  };

  /** Promises in the tree are replaced by what they bring. */
  async function settle(node, limit, path) {
    for (const key of Object.keys(node)) {
      const inner = join(path, key);
      if (node[key] instanceof Promise)
        node[key] = await kept(node[key], limit, inner);
      if (isPlain(node[key]) || Array.isArray(node[key]))
        await settle(node[key], limit, inner);
    }
  }

  /** What a promise brings. Only a timer can still bring it here: without one, or after the limit, nobody keeps it. */
  function kept(promise, limit, path) {
    const start = Date.now();
    let seen = -1;
    let watch;
    const broken = new Promise((_, reject) => {
      watch = setTimer(() => {
        const idle = fired === seen + 1;
        seen = fired;
        if (idle && (timers.size === 1 || Date.now() - start > limit)) {
          [current] = origins.get(path) || [current - 1];
          reject(`${path} is a promise that is not kept: what it is to bring does not come within ${limit / 1000} s.`);
        }
      }, 20, [], true);
    });
    return Promise.race([promise, broken]).finally(() => clearTimer(watch));
  }

  async function build({ layers, environment, limit }) {
    for (current = 0; current < layers.length; current++)
      kinds[layers[current].kind](layers[current], environment);
    await settle(tree, limit, '');
    return { ok: true, tree: encode(tree), origins: [...origins].map(([path, [layer, line]]) => line === undefined ? [path, layer] : [path, layer, line]) };
  }

  onreadln((line) => {
    build(JSON.parse(line))
      .catch((error) => ({ ok: false, layer: current, message: error instanceof Error ? `${error.name}: ${error.message}` : String(error), line: lineOf(error), syntax: Boolean(error && error.syntax) }))
      .then((answer) => { writeln(JSON.stringify(answer)); die(); });
  });
}(this));
