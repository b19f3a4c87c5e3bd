namespace OrleansRelease.Core.PromQl;

/// <summary>Whether a query can stand inside of another one: what it opens it closes, and nothing else.</summary>
public static class Brackets
{
    public static bool AreClosed(string query)
    {
        var (tokens, problem) = QueryScanner.Scan(query);
        var open = new Stack<string>();
        foreach (var token in tokens)
        {
            if (token.Is("(")) open.Push(")");
            if (token.Is("[")) open.Push("]");
            if (token.Is("{")) open.Push("}");
            if (!token.Is(")") && !token.Is("]") && !token.Is("}")) continue;
            if (!open.TryPop(out var closes) || closes != token.Text) return false;
        }

        return problem is null && open.Count == 0;
    }
}
