using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>
/// Sends requests of users through the mesh, one by one, and counts what became of them: at every service by version,
/// and at the service that is looked at by the version of what it called. It knows nothing of judging.
/// </summary>
internal sealed class Traffic(Mesh mesh, Dice dice, int lookedAt)
{
    private const int Good = 0, Bad = 1, Poison = 2;

    private readonly double[] _wobble = new double[mesh.Count];
    private int[,] _totals = new int[mesh.Count, 2], _bads = new int[mesh.Count, 2];
    private int[,] _seenTotals = new int[mesh.Count, 2], _seenBads = new int[mesh.Count, 2];

    /// <summary>Which share of its requests goes to the new version of a service.</summary>
    public double[] Share { get; } = new double[mesh.Count];

    /// <summary>How probably a service fails a request, beyond its base, by version.</summary>
    public double[,] Fails { get; } = new double[mesh.Count, 2];

    /// <summary>How probably the new version of a service gives an answer that only its caller finds bad.</summary>
    public double[] Poisons { get; } = new double[mesh.Count];

    public Minute Run(int requests)
    {
        _totals = new int[mesh.Count, 2];
        _bads = new int[mesh.Count, 2];
        _seenTotals = new int[mesh.Count, 2];
        _seenBads = new int[mesh.Count, 2];
        for (var i = 0; i < _wobble.Length; i++) _wobble[i] = 0.5 + dice.Fraction();
        for (var i = 0; i < requests; i++) Visit(dice.Pick<int>(mesh.Entries));
        return new(_totals, _bads, _seenTotals, _seenBads);
    }

    private int Visit(int service)
    {
        var version = dice.Chance(Share[service]) ? 1 : 0;
        var isBad = dice.Chance(Math.Min(1, (mesh.Base[service] * _wobble[service]) + Fails[service, version]));
        var calls = mesh.Calls[service];
        Span<int> reached = stackalloc int[calls.Count];
        for (var i = 0; i < calls.Count; i++)
        {
            reached[i] = -1;
            if (calls[i].Often < 1 && !dice.Chance(calls[i].Often)) continue;
            var (answer, answering) = Answer(calls[i].To);
            reached[i] = answering;
            if (answer != Good && dice.Chance(calls[i].Fatal)) isBad = true;
        }

        _totals[service, version]++;
        if (isBad) _bads[service, version]++;
        if (service == lookedAt) See(calls, reached, isBad);
        var poisons = !isBad && version == 1 && dice.Chance(Poisons[service]);
        return (version << 2) | (isBad ? Bad : poisons ? Poison : Good);
    }

    private (int Answer, int Version) Answer(int service)
    {
        var answer = Visit(service);
        return (answer & 3, answer >> 2);
    }

    private void See(List<Call> calls, ReadOnlySpan<int> reached, bool isBad)
    {
        for (var i = 0; i < reached.Length; i++)
        {
            if (reached[i] < 0) continue;
            _seenTotals[calls[i].To, reached[i]]++;
            if (isBad) _seenBads[calls[i].To, reached[i]]++;
        }
    }
}

/// <summary>What was counted in a minute: [service, version], and [called, version] at the one looked at.</summary>
internal sealed record Minute(int[,] Totals, int[,] Bads, int[,] SeenTotals, int[,] SeenBads)
{
    public int Total(int service) => Totals[service, 0] + Totals[service, 1];

    public int Bad(int service) => Bads[service, 0] + Bads[service, 1];
}
