using OrleansRelease.Core.Tests.Simulation;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>Everything about a trial that is drawn before it begins.</summary>
internal sealed class Setting
{
    public const int Warm = 20;

    private static readonly double[][] Ladders =
        [[0.05, 0.25, 0.5, 1], [0.1, 0.5, 1], [0.01, 0.1, 0.5, 1], [0.2, 0.4, 0.6, 0.8, 1], [0.1, 0.3, 0.6, 1]];

    public Setting(int seed)
    {
        Dice = new(seed);
        Kind = DrawKind();
        var rollouts = Dice.Between(2, 20);
        Mesh = new(Dice, rollouts + Dice.Between(3, 7));
        var services = Enumerable.Range(0, Mesh.Count).OrderBy(_ => Dice.Fraction()).ToArray();
        Untouched = services[rollouts..];
        int[] together = [.. Enumerable.Range(0, Dice.Between(1, 3)).Select(_ => Dice.Between(Warm, Warm + 25))];
        Plans = [.. services[..rollouts].Select(service => new Plan(
            service,
            Dice.Chance(0.5) ? Dice.Pick<int>(together) + Dice.Between(0, 2) : Dice.Between(Warm, Warm + 30),
            Dice.Pick<double[]>(Ladders), Dice.Between(4, 10)))];
        Users = Dice.Chance(0.25) ? Dice.Between(40, 100) : Dice.Between(150, 500);
        Culprits = IsOutside ? [] : DrawCulprits();
        Broken = IsOutside ? DrawBroken() : -1;
        OutsideAt = Dice.Between(Warm + 3, Warm + 45);
        OutsideEffect = Math.Pow(10, -1.2 + (1.2 * Dice.Fraction()));
        LookedAt = DrawLookedAt();
        Seen = [.. Plans.Select(DrawSeen)];
    }

    public Dice Dice { get; }

    public Kind Kind { get; }

    public bool IsOutside => Kind >= Kind.OutsideUntouched;

    public Mesh Mesh { get; }

    public Plan[] Plans { get; }

    public int[] Untouched { get; }

    public int Users { get; }

    public Culprit[] Culprits { get; }

    /// <summary>The service that fails of an outside cause, and since when, and how much.</summary>
    public int Broken { get; }

    public int OutsideAt { get; }

    public double OutsideEffect { get; }

    public int LookedAt { get; }

    /// <summary>Of each plan: split at the degraded service (0), at its own (1), or nowhere (-1).</summary>
    public int[] Seen { get; }

    // Seven of ten faults come from a rollout.
    private Kind DrawKind() => Dice.Fraction() switch
    {
        < 0.17 => Kind.Own,
        < 0.36 => Kind.Through,
        < 0.46 => Kind.Late,
        < 0.56 => Kind.Leak,
        < 0.60 => Kind.Silent,
        < 0.62 => Kind.Both,
        < 0.70 => Kind.Two,
        < 0.78 => Kind.OutsideUntouched,
        < 0.86 => Kind.OutsideUnder,
        < 0.93 => Kind.OutsideSpike,
        _ => Kind.OutsideZone,
    };

    private Culprit[] DrawCulprits()
    {
        var first = Dice.Between(0, Plans.Length - 1);
        if (Kind != Kind.Two) return [DrawCulprit(first)];
        // Both must be able to harm the same service.
        var callers = Mesh.CallersAndSelf(Plans[first].Service);
        var others = Enumerable.Range(0, Plans.Length).Where(i => i != first
            && Mesh.CallersAndSelf(Plans[i].Service).Exists(callers.Contains)).ToArray();
        return others.Length == 0
            ? [DrawCulprit(first)] : [DrawCulprit(first), DrawCulprit(Dice.Pick<int>(others))];
    }

    private Culprit DrawCulprit(int plan)
    {
        // One that gets all requests at once is told from nothing; that is the last step's matter.
        var step = Dice.Chance(0.7) ? 0 : Dice.Between(0, Plans[plan].Shares.Length - 2);
        return new(
            plan, step, Kind == Kind.Late ? Dice.Between(2, 10) : 0, 0.1 * Math.Pow(10, Dice.Fraction()),
            Kind == Kind.Leak ? Dice.Between(10, 20) : 0);
    }

    private int DrawBroken() => Kind switch
    {
        Kind.OutsideUnder => Dice.Pick<Plan>(Plans).Service,
        Kind.OutsideUntouched => Dice.Pick<int>(Untouched),
        _ => Dice.Between(0, Mesh.Count - 1),
    };

    private int DrawLookedAt()
    {
        if (Culprits.Length == 2)
        {
            var shared = Mesh.CallersAndSelf(Plans[Culprits[0].Plan].Service)
                .Intersect(Mesh.CallersAndSelf(Plans[Culprits[1].Plan].Service)).ToArray();
            return Dice.Pick<int>(shared);
        }

        var at = IsOutside ? Broken : Plans[Culprits[0].Plan].Service;
        var callers = Mesh.CallersAndSelf(at);
        callers.Remove(at);
        var mustCall = Kind is Kind.Through or Kind.Silent;
        return callers.Count > 0 && Kind != Kind.Own && (mustCall || Dice.Chance(0.6))
            ? callers.OrderBy(_ => Dice.Fraction()).Take(2).MaxBy(Touching) : at;
    }

    private int Touching(int service) => Plans.Count(plan => Mesh.Path(service, plan.Service) is not null);

    private int DrawSeen(Plan plan)
    {
        var isDirect = Mesh.Calls[LookedAt].Exists(call => call.To == plan.Service);
        if (plan.Service == LookedAt) return Dice.Chance(0.98) ? 0 : -1;
        if (isDirect && Dice.Chance(0.5)) return 0;
        return Dice.Chance(0.96) ? 1 : -1;
    }
}
