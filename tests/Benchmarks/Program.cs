using DcpWorker.Benchmarks;

string[] parts = args.Length > 0 ? args : ["evaluator", "worker", "keys"];
Console.WriteLine(FormattableString.Invariant($"{Environment.ProcessorCount} cores. Theirs is npm dcp-client 5.6.1 on Node.js, measured in the same run."));
foreach (string part in parts)
{
    switch (part)
    {
        case "evaluator":
            await EvaluatorBenchmarks.RunAsync();
            break;
        case "keys":
            KeyBenchmarks.Run();
            break;
        case "worker":
            await WorkerBenchmarks.RunAsync();
            break;
        default:
            Console.Error.WriteLine($"There is no benchmark '{part}'; there are: evaluator, worker, keys.");
            return 1;
    }
}

return 0;
