using System.Collections.Concurrent;
using System.Globalization;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>What a run does that may fail: a write of a row, or a call to an adapter.</summary>
internal enum Doing
{
    Write,
    Deploy,
    Retire,
    SetTraffic,
    Look,
    Count,
    Measure,
}

/// <summary>The n-th of its kind in a run goes wrong in one way.</summary>
internal sealed record NthFault(Doing What, int Nth, int Way);

/// <summary>
/// Counts what each run does, and says when the one comes that is to fail. Runs are told apart by the number in the
/// names of their slots.
/// </summary>
internal sealed class NthFaults
{
    private readonly ConcurrentDictionary<int, NthFault> _planned = new();
    private readonly ConcurrentDictionary<(int Run, Doing What), int> _counts = new();
    private readonly ConcurrentDictionary<int, bool> _met = new();
    private int _runs;

    /// <summary>The number of a new run; nothing fails in it when there is no fault.</summary>
    public int Plan(NthFault? fault)
    {
        var run = Interlocked.Increment(ref _runs);
        if (fault is not null) _planned[run] = fault;
        return run;
    }

    /// <summary>Whether a run got as far as what was to fail in it.</summary>
    public bool WasMet(int run) => _met.ContainsKey(run);

    public int CountOf(int run, Doing what) => _counts.GetValueOrDefault((run, what));

    /// <summary>One more of its kind: the way in which it is to fail; null when it is not.</summary>
    public int? Next(string name, Doing what)
    {
        if (RunOf(name) is not { } run) return null;
        var count = _counts.AddOrUpdate((run, what), 1, (_, before) => before + 1);
        if (_planned.GetValueOrDefault(run) is not { } fault || fault.What != what || fault.Nth != count) return null;
        _met[run] = true;
        return fault.Way;
    }

    /// <summary>"service-7.env-7.1", "service-7.env-7" and "env-7" all belong to run 7.</summary>
    public static int? RunOf(string name)
    {
        var digits = new string([.. name.SkipWhile(c => c != '-').Skip(1).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var run) ? run : null;
    }
}
