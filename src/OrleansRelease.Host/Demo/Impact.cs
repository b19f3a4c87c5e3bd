namespace OrleansRelease.Host.Demo;

/// <summary>What users had of a bad version, by their own records.</summary>
internal sealed record Impact(DateTimeOffset FirstBad, DateTimeOffset LastServed, int Failed, int Total)
{
    /// <summary>
    /// Null when nobody met the version. Where all its answers were good the count begins with its first one: a
    /// version that nobody can judge is bad from the start.
    /// </summary>
    public static Impact? Of(string version, IReadOnlyList<Served> served)
    {
        var its = served.Where(request => request.Version == version).ToList();
        if (its.Count == 0) return null;
        var first = its.FirstOrDefault(request => request.IsBad) ?? its[0];
        // When a slow answer is there, its user has been waiting since before.
        return new(first.At - first.Took, its[^1].At, its.Count(request => request.IsBad), its.Count);
    }
}
