using System.Diagnostics;
using System.Globalization;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Configuration;

/// <summary>Our tree against that of the network's own program, dcp-config-value of npm dcp-client, on the same files in the same run.</summary>
public sealed class RealConfigValueTests
{
    // places, weakest first: etc, home, home-program, program, override; ENV:NAME sets a variable
    public static TheoryData<string, string[], string[]> Alike { get; } = new()
    {
        // literals and statements
        { "literal", ["etc", "{ a: 1, b: 'x', c: true, d: null }"], ["a", "b", "c", "d", "e", "e.f"] },
        { "literal with trailing comma", ["etc", "{ a: 1, b: { c: 2, }, }"], ["a", "b"] },
        { "literal after comments", ["etc", "// one {\n/* two } */\n{ a: 1 }"], ["a"] },
        { "parentheses are no literal", ["etc", "({ a: 1 })"], ["a"] },
        { "return", ["etc", "const x = 2;\nreturn { a: x * 21 };"], ["a"] },
        { "no return", ["etc", "var x = 1;"], ["x"] },
        { "assignment to a section", ["etc", "worker.maxSandboxes = 7"], ["worker.maxSandboxes"] },
        { "assignment through dcpConfig", ["etc", "dcpConfig.mine = { deep: [1] }; dcpConfig.mine.more = 'x'"], ["mine"] },
        { "assignment and return", ["etc", "dcpConfig.a = { x: 1 }; return { a: { y: 2 } }"], ["a"] },
        { "assignment of a URL", ["etc", "scheduler.location = new URL('http://zz.example/')"], ["scheduler.location"] },
        { "reads a stronger file's view of weaker ones", ["etc", "{ a: { b: 5 } }", "home", "{ c: dcpConfig.a.b + 1 }"], ["c"] },
        { "sections are variables", ["etc", "{ a: { b: 5 } }", "home", "a.b = a.b + 1"], ["a.b"] },
        { "origin of the scheduler", ["etc", "{ o: dcpConfig.scheduler.location.origin }"], ["o"] },
        { "strict mode", ["etc", "return { s: (function () { return this === undefined })() }"], ["s"] },
        { "names in scope", ["etc", "{ u: typeof url, e: typeof env, k: typeof keystore, d: typeof dcp, r: typeof require, m: typeof Math, n: typeof __dirname, c: typeof console, t: typeof setTimeout, s: typeof scheduler }"], ["u", "e", "k", "d", "r", "m", "n", "c", "t", "s"] },

        // the merge table
        { "string on URL", ["etc", "{ scheduler: { location: 'http://s.example/x' } }"], ["scheduler.location"] },
        { "URL on URL", ["etc", "{ scheduler: { location: url('http://s.example/y?z#w') } }"], ["scheduler.location"] },
        { "new URL with base", ["etc", "{ u: new URL('../b', 'http://h.example/a/c/d') }"], ["u"] },
        { "primitive on primitive", ["etc", "{ a: 1 }", "home", "{ a: 'two' }"], ["a"] },
        { "null on object", ["etc", "{ a: { b: 1 } }", "home", "{ a: null }"], ["a"] },
        { "undefined on primitive", ["etc", "{ a: 1 }", "home", "{ a: undefined }"], ["a"] },
        { "primitive on object", ["etc", "{ a: { b: 1 } }", "home", "{ a: 3 }"], ["a"] },
        { "object on primitive", ["etc", "{ a: 3 }", "home", "{ a: { b: 1 } }"], ["a"] },
        { "object on object", ["etc", "{ a: { b: 1, c: { d: 2 } } }", "home", "{ a: { c: { e: 3 } } }"], ["a"] },
        { "array on array", ["etc", "{ a: [1, 2, 3] }", "home", "{ a: [3, 4] }"], ["a"] },
        { "array of objects on array", ["etc", "{ a: [{ x: 1 }] }"], ["a"] },
        { "one-element array on object", ["etc", "{ worker: { computeGroups: [{ joinKey: 'k' }] } }"], ["worker.computeGroups"] },
        { "object on an empty object", ["etc", "{ worker: { computeGroups: { mine: { joinKey: 'k' } } } }"], ["worker.computeGroups"] },
        { "array on primitive", ["etc", "{ a: 1 }", "home", "{ a: [1] }"], ["a"] },
        { "primitive on array", ["etc", "{ a: [1] }", "home", "{ a: 'x' }"], ["a"] },
        { "RegExp", ["etc", "{ r: /ab+c/i }", "home", "{ s: /x\\/y/ }"], ["r", "s"] },
        { "RegExp on primitive", ["etc", "{ r: 1 }", "home", "{ r: /x/g }"], ["r"] },
        { "promise", ["etc", "{ p: Promise.resolve(42) }"], ["p"] },
        { "numbers", ["etc", "{ a: 1e21, b: -0.5, c: NaN, d: Infinity, e: 0x10, f: 1e-7 }"], ["a", "b", "c", "d", "e", "f"] },
        { "bigint and symbol stay", ["etc", "{ b: 10n }"], ["b"] },
        { "empty containers", ["etc", "{ a: {}, b: [] }"], ["a", "b"] },

        // the layers
        { "all layers", ["etc", "{ w: 'etc', a: 1 }", "home", "{ w: 'home', b: 1 }", "home-program", "{ w: 'hp', c: 1 }", "program", "{ w: 'program', d: 1 }", "override", "{ w: 'override', e: 1 }"], ["w", "a", "b", "c", "d", "e"] },
        { "home over etc", ["etc", "{ w: 'etc' }", "home", "{ w: 'home' }"], ["w"] },
        { "program's file of the user over the user's", ["home", "{ w: 'home' }", "home-program", "{ w: 'hp' }"], ["w"] },
        { "program's file of the system over the user's", ["home-program", "{ w: 'hp' }", "program", "{ w: 'program' }"], ["w"] },
        { "variable over the user's files", ["home-program", "{ fooBar: { w: 'hp' } }", "ENV:DCP_CONFIG_FOO_BAR", "{ w: 'variable' }"], ["fooBar"] },
        { "program's file of the system over a variable", ["program", "{ fooBar: { w: 'program' } }", "ENV:DCP_CONFIG_FOO_BAR", "{ w: 'variable', x: 1 }"], ["fooBar"] },
        { "a variable that is no object literal has no effect", ["ENV:DCP_CONFIG_PLAIN", "text"], ["plain"] },
        { "a variable with an expression", ["ENV:DCP_CONFIG_A", "{ b: [1, 2].length }"], ["a"] },
        { "scheduler's location by variable", ["home", "{ scheduler: { location: 'http://home.example/' } }", "ENV:DCP_SCHEDULER_LOCATION", "http://env.example/"], ["scheduler.location"] },
        { "files see variables", ["etc", "{ a: dcpConfig.foo.b, e: env.DCP_CONFIG_FOO }", "ENV:DCP_CONFIG_FOO", "{ b: 2 }"], ["a", "e"] },
    };

    public static TheoryData<string, string> RefusedByBoth { get; } = new()
    {
        { "syntax error", "{ a: }" },
        { "unknown name", "{ a: nosuch }" },
        { "new top-level name", "newthing = 5" },
        { "number on URL", "{ scheduler: { location: 5 } }" },
        { "null on URL", "{ scheduler: { location: null } }" },
        { "function", "{ a: function () {} }" },
        { "Date", "{ a: new Date(0) }" },
        { "Map", "{ a: new Map() }" },
        { "text as the whole", "return 'abc'" },
        { "thrown error", "throw new Error('x')" },
    };

    // each with the reason
    public static TheoryData<string, string[], string, string, string> OnPurposeUnlike { get; } = new()
    {
        // the layers are merged once, not twice
        { "object on array", ["etc", "{ a: [1] }", "home", "{ a: { k: 2 } }"], "a", "[ 1, [ 'k', 2 ] ]", "[ 1, [ 'k', 2 ] ]" },
        // numbered on from what is there, not from the highest index of what comes
        { "two-element array on object", ["etc", "{ worker: { computeGroups: [{ joinKey: 'a' }, { joinKey: 'b' }] } }"], "worker.computeGroups", "{ '1': { joinKey: 'a' }, '2': { joinKey: 'b' } }", "{ '0': { joinKey: 'a' }, '1': { joinKey: 'b' } }" },
        // a configuration file has no modules, no process and no network: it is evaluated where it can do no harm
        { "process", ["etc", "{ a: typeof process }"], "a", "'object'", "'function'" },
    };

    [Theory]
    [MemberData(nameof(Alike))]
    public async Task Same_files_same_values(string name, string[] files, string[] keys)
    {
        using Site site = Lay(files);
        (int exitCode, string[] real) = await RunRealAsync(site, keys);
        ConfigurationTree tree = await site.ReadAsync();

        Assert.True(exitCode == 0, $"{name}: dcp-config-value ended with {exitCode}: {string.Join('\n', real)}");
        Assert.Equal(real, keys.Select(k => Inspect(tree.Get(k))));
    }

    [Theory]
    [MemberData(nameof(RefusedByBoth))]
    public async Task What_the_network_refuses_we_refuse(string name, string fragment)
    {
        using Site site = Lay(["etc", fragment]);
        (int exitCode, _) = await RunRealAsync(site, ["a"]);

        Assert.True(exitCode != 0, $"{name}: dcp-config-value took it");
        await Assert.ThrowsAsync<ConfigurationException>(site.ReadAsync);
    }

    [Theory]
    [MemberData(nameof(OnPurposeUnlike))]
    public async Task Where_we_differ_we_know_how(string name, string[] files, string key, string real, string ours)
    {
        using Site site = Lay(files);
        (_, string[] theirs) = await RunRealAsync(site, [key]);

        Assert.True(real == theirs[0], $"{name}: dcp-config-value says {theirs[0]}");
        Assert.Equal(ours, Inspect(await site.GetAsync(key)));
    }

    private static Site Lay(string[] files)
    {
        Site site = new();
        for (int i = 0; i < files.Length; i += 2)
        {
            if (files[i].StartsWith("ENV:", StringComparison.Ordinal))
            {
                site.Environment[files[i][4..]] = files[i + 1];
            }
            else
            {
                site.Write(files[i], files[i + 1]);
            }
        }

        return site;
    }

    private static async Task<(int ExitCode, string[] Output)> RunRealAsync(Site site, string[] keys)
    {
        string program = Path.Combine(Built.Root, "tests", "Interop", "node_modules", "dcp-client", "bin", "dcp-config-value");
        Assert.True(File.Exists(program), $"{program} is missing: run ./build.sh test, or npm ci in tests/Interop.");
        ProcessStartInfo start = new("node", [program, "--program-name=dcp-worker", .. keys])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = site.Path,
        };
        foreach ((string variable, string value) in site.Environment)
        {
            start.Environment[variable] = value;
        }

        // no network: the real program would fetch the scheduler's configuration
        start.Environment["DCP_CONFIG_LOCATION"] = "";
        start.Environment["HOME"] = Path.Combine(site.Path, "home");
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, process.ExitCode == 0 ? output.TrimEnd('\n').Split('\n') : [await errors]);
    }

    /// <summary>A value as Node's <c>util.inspect</c> prints it on one line.</summary>
    private static string Inspect(JsValue value) => value switch
    {
        JsString s => $"'{s.Value}'",
        JsUrl u => $"[object dcpUrl$$DcpURL {u.Href}]",
        JsBigInt b => b + "n",
        JsRegExp => value.ToString()!,
        JsArray { Items.Count: 0 } => "[]",
        JsArray a => $"[ {string.Join(", ", a.Items.Select(i => Inspect(i ?? JsValue.Undefined)))} ]",
        JsObject { Count: 0 } => "{}",
        JsObject o => $"{{ {string.Join(", ", o.InJsOrder().Select(m => $"{Key(m.Key)}: {Inspect(m.Value)}"))} }}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Key(string name) => char.IsAsciiLetter(name[0]) ? name : $"'{name}'";
}
