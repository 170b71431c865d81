/**
 * URL and URLSearchParams for configuration files, whose engine has core JavaScript only.
 * Follows the URL Standard for what configurations hold: special schemes (http, https, ws, wss, ftp) with host, port
 * and normalised path; any other scheme with `//` keeps host and port but no path rules; the rest is opaque.
 * Not covered: internationalised host names (refused), IPv4 in other than dotted-decimal notation, blob URLs.
 */
'use strict';
(function (global) {
  const defaultPorts = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21' };
  const state = new WeakMap();

  function invalid(input) {
    const error = new TypeError('Invalid URL');
    error.code = 'ERR_INVALID_URL';
    error.input = String(input);
    return error;
  }

  /** Percent-encodes as UTF-8 whatever `keep` does not match; what is encoded already stays. */
  function encode(text, keep) {
    let out = '';
    for (const char of text)
      out += keep.test(char) ? char : encodeURIComponent(char.replace(/[\ud800-\udfff]/g, (c) => char.length === 2 ? c : '\ufffd'))
        .replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
    return out;
  }
  const pathKeep = /^[!$-;=@-_a-z|~%[\]^]$/;
  const queryKeep = /^[!$-&(-;=?-_a-z{|}~`^\\]$/;
  const hashKeep = /^[!#-;=?-_a-z{|}~^\\]$/;
  const userKeep = /^[!$-.0-9A-Z_a-z~%]$/;

  function parsePort(text, protocol, input) {
    if (text === undefined || text === '')
      return '';
    if (!/^[0-9]+$/.test(text) || Number(text) > 65535)
      throw invalid(input);
    const port = String(Number(text));
    return port === defaultPorts[protocol] ? '' : port;
  }

  function parseHost(text, special, input) {
    if (/^\[[0-9a-fA-F:.]+\]$/.test(text))
      return text.toLowerCase();
    if (!special)
      return text;
    let host;
    try { host = decodeURIComponent(text).toLowerCase(); } catch { throw invalid(input); }
    if (host === '' || /[^!$&'()*+,\-.0-9;=_a-z~]/.test(host))
      throw invalid(input);
    if (/^[0-9]+(\.[0-9]+){3}$/.test(host) && host.split('.').some((part) => Number(part) > 255))
      throw invalid(input);
    return host;
  }

  /** Resolves `.` and `..` segments. */
  function normalise(path) {
    const out = [];
    const segments = path.split('/').slice(1);
    segments.forEach((segment, i) => {
      const last = i === segments.length - 1;
      if (/^(\.|%2e){2}$/i.test(segment)) {
        out.pop();
        if (last) out.push('');
      } else if (/^(\.|%2e)$/i.test(segment)) {
        if (last) out.push('');
      } else
        out.push(segment);
    });
    return '/' + out.join('/');
  }

  function parse(input, base) {
    const text = String(input).replace(/^[\0- ]+|[\0- ]+$/g, '').replace(/[\t\n\r]/g, '');
    const [, beforeHash, hash] = /^([^#]*)(?:#(.*))?$/s.exec(text);
    const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(beforeHash);
    if (!scheme)
      return parseRelative(beforeHash, hash, base, input);

    const protocol = scheme[0].toLowerCase();
    const special = protocol in defaultPorts;
    let rest = beforeHash.slice(scheme[0].length);
    if (special || protocol === 'file:') {
      const [, head, tail] = /^([^?]*)(.*)$/s.exec(rest);
      rest = head.replace(/\\/g, '/') + tail;
    }
    if (special)
      rest = '//' + rest.replace(/^\/*/, '');

    const url = { protocol, username: '', password: '', hostname: '', port: '', pathname: '', search: '', hash: '', opaque: false };
    if (rest.startsWith('//')) {
      const [, authority, path] = /^\/\/([^/?]*)(.*)$/s.exec(rest);
      readAuthority(url, authority, special, input);
      rest = path;
      url.authority = true;
    } else if (!rest.startsWith('/'))
      url.opaque = true;
    readPath(url, rest, special);
    url.hash = hash ? '#' + encode(hash, hashKeep) : '';
    return url;
  }

  function readAuthority(url, authority, special, input) {
    const at = authority.lastIndexOf('@');
    if (at >= 0) {
      const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(authority.slice(0, at));
      url.username = encode(user, userKeep);
      url.password = encode(password || '', userKeep);
    }
    const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1));
    url.hostname = parseHost(host, special, input);
    url.port = parsePort(port, url.protocol, input);
  }

  function readPath(url, rest, special) {
    const [, path, query] = /^([^?]*)(?:\?(.*))?$/s.exec(rest);
    url.pathname = url.opaque ? path : encode(path, pathKeep);
    if (!url.opaque && (special || url.pathname))
      url.pathname = normalise(url.pathname || '/');
    url.search = query ? '?' + encode(query, queryKeep) : '';
  }

  function parseRelative(text, hash, base, input) {
    if (base === undefined)
      throw invalid(input);
    const b = parse(base);
    if (b.opaque)
      throw invalid(input);
    const special = b.protocol in defaultPorts;
    const rest = special ? text.replace(/\\/g, '/') : text;
    const url = Object.assign({}, b, { hash: hash ? '#' + encode(hash, hashKeep) : '' });
    if (rest.startsWith('//'))
      return parse(b.protocol + rest + (hash === undefined ? '' : '#' + hash));
    if (rest === '')
      return url;
    if (rest.startsWith('?')) {
      url.search = rest === '?' ? '' : '?' + encode(rest.slice(1), queryKeep);
      return url;
    }
    readPath(url, rest.startsWith('/') ? rest : b.pathname.replace(/[^/]*$/, '') + rest, special);
    return url;
  }

  function host(url) { return url.hostname + (url.port && ':' + url.port); }
  function format(url) {
    const user = url.username || url.password ? url.username + (url.password && ':' + url.password) + '@' : '';
    return url.protocol + (url.authority ? '//' + user + host(url) : '') + url.pathname + url.search + url.hash;
  }

  class URL {
    constructor(input, base) { state.set(this, parse(input, base)); }
    get href() { return format(state.get(this)); }
    set href(value) { state.set(this, parse(value)); }
    get origin() {
      const url = state.get(this);
      return url.protocol in defaultPorts ? url.protocol + '//' + host(url) : 'null';
    }
    get protocol() { return state.get(this).protocol; }
    set protocol(value) { this.href = String(value).replace(/:?$/, ':') + this.href.slice(this.protocol.length); }
    get username() { return state.get(this).username; }
    set username(value) { state.get(this).username = encode(String(value), userKeep); }
    get password() { return state.get(this).password; }
    set password(value) { state.get(this).password = encode(String(value), userKeep); }
    get host() { return host(state.get(this)); }
    set host(value) {
      const url = Object.assign({}, state.get(this));
      const user = { username: url.username, password: url.password };
      readAuthority(url, String(value), url.protocol in defaultPorts, value);
      state.set(this, Object.assign(url, user));
    }
    get hostname() { return state.get(this).hostname; }
    set hostname(value) { state.get(this).hostname = parseHost(String(value), this.protocol in defaultPorts, value); }
    // a number, as the network's own URL class has it; the empty string when it is the scheme's default
    get port() { const { port } = state.get(this); return port && Number(port); }
    set port(value) { state.get(this).port = parsePort(String(value), this.protocol, value); }
    get pathname() { return state.get(this).pathname; }
    set pathname(value) {
      const url = state.get(this);
      if (!url.opaque)
        url.pathname = normalise(encode(String(value), pathKeep).replace(/^\/?/, '/'));
    }
    get search() { return state.get(this).search; }
    set search(value) { const text = String(value).replace(/^\?/, ''); state.get(this).search = text && '?' + encode(text, queryKeep); }
    get hash() { return state.get(this).hash; }
    set hash(value) { const text = String(value).replace(/^#/, ''); state.get(this).hash = text && '#' + encode(text, hashKeep); }
    get searchParams() { return new URLSearchParams(this.search, (text) => { this.search = text; }); }
    resolve(path) { return new URL(path, this.href).pathname; }
    sameOrigin(other) { return this.origin === new URL(other).origin; }
    toString() { return this.href; }
    valueOf() { return this.href; }
    toJSON() { return this.href; }
  }

  class URLSearchParams {
    #pairs = [];
    #changed;
    constructor(init = '', changed = undefined) {
      if (typeof init === 'string' || init instanceof String)
        for (const part of String(init).replace(/^\?/, '').split('&').filter(Boolean)) {
          const [, name, value] = /^([^=]*)=?(.*)$/s.exec(part);
          this.#pairs.push([URLSearchParams.#decode(name), URLSearchParams.#decode(value)]);
        }
      else
        for (const [name, value] of typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init))
          this.#pairs.push([String(name), String(value)]);
      this.#changed = changed;
    }
    static #decode(text) { try { return decodeURIComponent(text.replace(/\+/g, ' ')); } catch { return text; } }
    static #encode(text) { return encodeURIComponent(text).replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase()).replace(/%20/g, '+'); }
    #set(pairs) { this.#pairs = pairs; if (this.#changed) this.#changed(this.toString()); }
    get size() { return this.#pairs.length; }
    append(name, value) { this.#set([...this.#pairs, [String(name), String(value)]]); }
    delete(name) { this.#set(this.#pairs.filter(([n]) => n !== String(name))); }
    get(name) { const pair = this.#pairs.find(([n]) => n === String(name)); return pair ? pair[1] : null; }
    getAll(name) { return this.#pairs.filter(([n]) => n === String(name)).map(([, value]) => value); }
    has(name) { return this.#pairs.some(([n]) => n === String(name)); }
    set(name, value) {
      const at = this.#pairs.findIndex(([n]) => n === String(name));
      const rest = this.#pairs.filter(([n], i) => n !== String(name) || i === at);
      if (at < 0) rest.push([String(name), String(value)]);
      this.#set(rest.map((pair) => pair[0] === String(name) ? [pair[0], String(value)] : pair));
    }
    sort() { this.#set([...this.#pairs].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)); }
    forEach(callback, thisArg) { for (const [name, value] of this.#pairs) callback.call(thisArg, value, name, this); }
    keys() { return this.#pairs.map(([name]) => name)[Symbol.iterator](); }
    values() { return this.#pairs.map(([, value]) => value)[Symbol.iterator](); }
    entries() { return this.#pairs.map((pair) => [...pair])[Symbol.iterator](); }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map(([name, value]) => URLSearchParams.#encode(name) + '=' + URLSearchParams.#encode(value)).join('&'); }
  }

  for (const [name, value] of Object.entries({ URL, URLSearchParams }))
    Object.defineProperty(global, name, { value, writable: true, configurable: true });
}(this));
