using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Diagnostics;

/// <summary>The JavaScript that an examination runs, and the messages that carry it.</summary>
internal static class SandboxProbes
{
    /// <summary>All that a host may add to core JavaScript.</summary>
    public static readonly string[] FiveFunctions = ["writeln", "onreadln", "ontimer", "nextTimer", "die"];

    /// <summary>
    /// A set-up file that writes the names of the globals that neither ECMA-262, its annex B, ECMA-402 nor the
    /// WebAssembly JavaScript interface defines. V8 puts a console into every context by itself; without an inspector
    /// it leads nowhere, so it counts as core.
    /// </summary>
    public const string ListGlobals = """
        const core = new Set(('globalThis Infinity NaN undefined eval isFinite isNaN parseFloat parseInt decodeURI '
          + 'decodeURIComponent encodeURI encodeURIComponent escape unescape AggregateError Array ArrayBuffer '
          + 'AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error '
          + 'EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Int8Array Int16Array '
          + 'Int32Array Iterator Map Number Object Promise Proxy RangeError ReferenceError RegExp Set '
          + 'SharedArrayBuffer String SuppressedError Symbol SyntaxError TypeError Uint8Array Uint8ClampedArray '
          + 'Uint16Array Uint32Array URIError WeakMap WeakRef WeakSet Atomics JSON Math Reflect Intl WebAssembly console').split(' '));
        writeln(Object.getOwnPropertyNames(globalThis).filter((name) => !core.has(name)).join(' '));
        die(0);

        """;

    // One work function for every slice, since a sandbox takes one assignment. The bytes are the smallest module with
    // an exported function of one argument: (func (export "f") (param i32) (result i32) local.get 0 i32.const 2 i32.mul).
    private const string WorkFunction = """
        async (what) => {
          progress();
          if (what === 'loop') for (;;);
          if (what !== 'wasm') return what * 2;
          const bytes = Uint8Array.of(0,97,115,109,1,0,0,0,1,6,1,96,1,127,1,127,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,32,0,65,2,108,11);
          const { instance } = await WebAssembly.instantiate(bytes);
          return instance.exports.f(21);
        }
        """;

    /// <summary>A request without details.</summary>
    public static JsObject Request(string name) => new() { ["request"] = name };

    /// <summary>A slice: <c>"wasm"</c> runs WebAssembly, <c>"loop"</c> never ends, a number is doubled.</summary>
    public static JsObject Slice(JsValue datum) => new() { ["request"] = "main", ["data"] = datum };

    /// <summary>What the assignment needs: nothing beyond the basic work time.</summary>
    public static JsObject Requirements() => new()
    {
        ["request"] = "applyRequirements",
        ["webgpu"] = 0,
        ["offscreenCanvas"] = 0,
        ["worktime"] = "map-basic",
    };

    /// <summary>A job whose work function doubles a number, runs WebAssembly, or never ends.</summary>
    public static JsObject Assignment() => new()
    {
        ["request"] = "assign",
        ["job"] = new JsObject
        {
            ["id"] = "jEvaluatorExamination",
            ["arguments"] = new JsArray(),
            ["dependencies"] = new JsArray(),
            ["modulePath"] = new JsArray(),
            ["public"] = new JsObject { ["name"] = "evaluator examination" },
            ["requirePath"] = new JsArray(),
            ["workFunction"] = WorkFunction,
            ["useStrict"] = true,
            ["worktime"] = new JsObject { ["name"] = "map-basic", ["version"] = "1.0.0" },
        },
        ["sandboxConfig"] = new JsObject { ["progressThrottle"] = 0.1 },
    };
}
