namespace DcpWorker.Engine.Deployment;

/// <summary>Work functions as people write them.</summary>
public static class WorkFunctionText
{
    /// <summary>
    /// The source of a work function as an expression, fit to be wrapped in parentheses as the sandbox does; null when
    /// there is nothing in <paramref name="source"/>.
    /// </summary>
    /// <param name="source">One JavaScript function, perhaps with a semicolon at its end.</param>
    public static string? ToExpression(string source)
    {
        string expression = source.Trim().TrimEnd(';');
        // A comment in the last line must not swallow the closing parenthesis.
        return expression.Length > 0 ? expression + "\n" : null;
    }
}
