using System.Globalization;
using System.Numerics;
using System.Text;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>How often each phase met each input with each fault.</summary>
internal sealed class Coverage
{
    private const int NoPhase = 12;

    private const int FaultColumns = 23;

    public static readonly string[] Inputs =
    [
        nameof(RolloutInput.Begin), nameof(RolloutInput.PermitGranted), nameof(RolloutInput.Tick),
        nameof(RolloutInput.OutcomeReported), nameof(RolloutInput.Answered), nameof(RolloutInput.Yield),
        nameof(RolloutInput.Pause), nameof(RolloutInput.Resume), nameof(RolloutInput.Promote),
        nameof(RolloutInput.Retry), nameof(RolloutInput.Abort),
    ];

    private readonly long[,,] _counts = new long[NoPhase + 1, Inputs.Length, FaultColumns];

    public void Count(Phase? phase, RolloutInput input, Faults faults)
    {
        // Few worlds have any, and invariants of their own.
        if (input is RolloutInput.Attributed) return;
        var (p, i) = (phase is { } known ? (int)known : NoPhase, IndexOf(input));
        if (faults == Faults.None) _counts[p, i, 0]++;
        for (var left = (uint)faults; left != 0; left &= left - 1)
        {
            _counts[p, i, BitOperations.TrailingZeroCount(left) + 1]++;
        }
    }

    public void Add(Coverage other)
    {
        for (var p = 0; p <= NoPhase; p++)
        {
            for (var i = 0; i < Inputs.Length; i++)
            {
                for (var f = 0; f < FaultColumns; f++) _counts[p, i, f] += other._counts[p, i, f];
            }
        }
    }

    /// <summary>Every cell: phase (null before the first), input, fault, and how often.</summary>
    public IEnumerable<(Phase? Phase, string Input, Faults Fault, long Times)> Cells()
    {
        for (var p = 0; p <= NoPhase; p++)
        {
            for (var i = 0; i < Inputs.Length; i++)
            {
                for (var f = 0; f < FaultColumns; f++)
                {
                    yield return (p == NoPhase ? null : (Phase)p, Inputs[i], f == 0 ? 0 : (Faults)(1 << (f - 1)),
                        _counts[p, i, f]);
                }
            }
        }
    }

    public long Of(Aim aim) => Cells()
        .Single(cell => cell.Phase == aim.Phase && cell.Input == aim.Input && cell.Fault == aim.Fault).Times;

    /// <summary>Takes over how often worlds met what they aimed at.</summary>
    public void Count(Aim aim, long times) => _counts[
        aim.Phase is { } phase ? (int)phase : NoPhase, Array.IndexOf(Inputs, aim.Input),
        aim.Fault == Faults.None ? 0 : BitOperations.TrailingZeroCount((uint)aim.Fault) + 1] += times;

    /// <summary>Combinations that can come about, and did not.</summary>
    public IEnumerable<Aim> Missing() =>
        from cell in Cells()
        where cell.Times == 0 && Possible.WhyNever(cell.Phase, cell.Input, cell.Fault) is null
        select new Aim(cell.Phase, cell.Input, cell.Fault);

    /// <summary>Combinations that have come about although they are said never to.</summary>
    public IEnumerable<string> Surprising() =>
        from cell in Cells()
        let why = Possible.WhyNever(cell.Phase, cell.Input, cell.Fault)
        where cell.Times > 0 && why is not null
        select $"{Name(new(cell.Phase, cell.Input, cell.Fault))}: {cell.Times} times, but {why}";

    /// <summary>What has come about at all, with how often, one after the other.</summary>
    public string Met() => string.Join("; ",
        from cell in Cells()
        where cell.Times > 0
        select string.Create(
            CultureInfo.InvariantCulture, $"{Name(new(cell.Phase, cell.Input, cell.Fault))} {cell.Times}"));

    public string Table()
    {
        var text = new StringBuilder();
        var phases = Enum.GetValues<Phase>().Select(phase => (Phase?)phase).Prepend(null).ToList();
        text.Append(CultureInfo.InvariantCulture, $"{"input, fault",-36}");
        foreach (var phase in phases) text.Append(CultureInfo.InvariantCulture, $"{phase?.ToString() ?? "(none)",12}");
        text.AppendLine();
        foreach (var row in Cells().GroupBy(cell => (cell.Input, cell.Fault)).OrderBy(row => row.Key))
        {
            if (row.All(cell => cell.Times == 0)) continue;
            var times = row.ToDictionary(cell => cell.Phase?.ToString() ?? "", cell => cell.Times);
            text.Append(CultureInfo.InvariantCulture, $"{row.Key.Input + ", " + row.Key.Fault,-36}");
            foreach (var phase in phases)
                text.Append(CultureInfo.InvariantCulture, $"{times[phase?.ToString() ?? ""],12}");
            text.AppendLine();
        }

        return text.ToString();
    }

    public static string Name(Aim cell) => $"{cell.Phase?.ToString() ?? "(none)"} <- {cell.Input}, {cell.Fault}";

    private static int IndexOf(RolloutInput input) => input switch
    {
        RolloutInput.Begin => 0,
        RolloutInput.PermitGranted => 1,
        RolloutInput.Tick => 2,
        RolloutInput.OutcomeReported => 3,
        RolloutInput.Answered => 4,
        RolloutInput.Yield => 5,
        RolloutInput.Pause => 6,
        RolloutInput.Resume => 7,
        RolloutInput.Promote => 8,
        RolloutInput.Retry => 9,
        RolloutInput.Abort => 10,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
