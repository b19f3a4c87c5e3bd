namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>Which faults a seed suffers and how often, until the world calms down so that every run can end.</summary>
internal sealed class FaultPlan
{
    private static readonly Faults[] All = [.. Enum.GetValues<Faults>().Where(fault => fault != Faults.None)];

    /// <summary>The share of faults with which a rollout still gets far.</summary>
    private const double MostShareWhenWell = 0.1;

    private readonly double[] _rates = new double[32];
    private readonly Dice _dice;
    private readonly Func<bool> _isCalm;

    public FaultPlan(Dice dice, Func<bool> isCalm, bool isWell)
    {
        (_dice, _isCalm) = (dice, isCalm);
        // A quarter of the worlds have one fault only, some none: what one fault does is best seen alone.
        var share = dice.Pick(0.0, 0.06, 0.15, 0.4, 0.5, 0.6);
        if (isWell) share = Math.Min(share, MostShareWhenWell);
        foreach (var fault in All)
        {
            if (dice.Chance(share)) _rates[Index(fault)] = dice.Pick(0.02, 0.06, 0.2, 0.4) * Scale(fault);
        }
    }

    public bool Strikes(Faults fault)
    {
        var rate = _rates[Index(fault)];
        return rate > 0 && !_isCalm() && _dice.Chance(rate);
    }

    private static int Index(Faults fault) => int.TrailingZeroCount((int)fault);

    // How often a fault is tried differs: adapters are called a few times in a run, messages come by the hundred.
    private static double Scale(Faults fault) => fault switch
    {
        Faults.Hangs or Faults.AppliedButUnknown or Faults.ArrivesLate or Faults.NotApplied => 2,
        Faults.Doubled or Faults.Late or Faults.Redelivered or Faults.TooOld => 2,
        Faults.Refuses => 0.7,
        Faults.TakenOver => 0.05,
        Faults.CrashBeforeAct => 0.15,
        Faults.CrashBeforeReport => 0.3,
        _ => 1,
    };
}
