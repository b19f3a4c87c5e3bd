using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;
using OrleansRelease.Host.Samples;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>When the server is killed, and what a round does so that the moment comes and passes.</summary>
internal sealed record KillMoment(string Name, Func<RolloutState, bool> IsIt)
{
    /// <summary>What is wrong with the new version.</summary>
    public SampleFault Fault { get; init; }

    /// <summary>Whether it lasts until something is done about it: then a restart must find it unchanged.</summary>
    public bool Lasts { get; init; }

    /// <summary>Before the rollout is started; given its version.</summary>
    public Func<KillScene, string, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Once the rollout is started; given its name.</summary>
    public Func<KillScene, string, Task> Started { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Once the server is back; given the name of the rollout.</summary>
    public Func<KillScene, string, Task> Back { get; init; } = (_, _) => Task.CompletedTask;

    public static readonly IReadOnlyList<KillMoment> All =
    [
        new("while 50 % are being set", state => IsActing(state, 3)),
        new("while it is taken back", state => state.Stage is Stage.GoingBack) { Fault = SampleFault.Errors },
        new("right after the start", _ => true),
        new("while it waits for its environment", state => state.Stage is Stage.Pending)
        {
            Lasts = true,
            Before = (scene, version) => scene.OccupyAsync(version),
            Back = (scene, _) => scene.FreeAsync(),
        },
        new("while the version is being started", state => IsActing(state, 0)),
        new("while 10 % are being set", state => IsActing(state, 1)),
        new("in the pause at 10 %", state => state.Stage is Stage.Moving { Step: 2 }),
        new("while a person has paused it", state => state.Stage is Stage.Held { Hold.Person: not null })
        {
            Lasts = true,
            Started = (scene, rollout) => scene.AtTenPercentAsync(rollout, "pause"),
            Back = (scene, rollout) => scene.DoAsync("resume", rollout),
        },
        new("while it is held for want of numbers",
            state => state.Stage is Stage.Held { Hold: { Person: null, Evidence.Verdict: Verdict.NoData } })
        {
            Lasts = true,
            Before = (scene, version) => scene.SilenceAsync(version),
            Back = (scene, _) => scene.SilenceAsync(null),
        },
        new("in the pause at 50 %", state => state.Stage is Stage.Moving { Step: 4 }),
        new("while 100 % are being set", state => IsActing(state, 5)),
        new("while it is verified", state => state.Stage is Stage.Moving { Work: Work.Covering }),
        new("when the first bad answers were counted", state => state.Tallies.Values.Any(tally => tally.Failed > 0))
        {
            Fault = SampleFault.Errors,
        },
        new("when it has just ended", state => state.IsTerminal),
    ];

    private static bool IsActing(RolloutState state, int step) =>
        state.Stage is Stage.Moving { Work: Work.Acting } moving && moving.Step == step;
}

/// <summary>
/// A service whose server is killed again and again, and another one that can stand in its way: its environment lets
/// one rollout move at a time.
/// </summary>
internal sealed class KillScene(World world)
{
    private const int UsersOfTheOther = 20;

    private bool _hasOther;
    private string? _occupiedBy;

    // An outage takes seconds, and it is not for an outage that a version is to be taken back.
    public Declared Shop { get; } = new("shop") { Hold = "120s", MaxParallel = 1, Numbers = world.Scene.NumbersUrl };

    // Each declares the environment that both share, so both declare the same.
    private Declared Other => Shop with { Service = "other" };

    public IReadOnlyList<string> Problems() =>
        [.. world.ProblemsOf(Shop), .. _hasOther ? world.ProblemsOf(Other) : []];

    public async Task OccupyAsync(string version)
    {
        if (!_hasOther) await world.EstablishAsync(Other, "1.0.0", UsersOfTheOther);
        _hasOther = true;
        _occupiedBy = await world.BeginAsync(Other, version);
        await AtTenPercentAsync(_occupiedBy, "pause");
    }

    public async Task FreeAsync()
    {
        await DoAsync("abort", _occupiedBy!);
        await world.EndsAsync(_occupiedBy!, Phase.RolledBack);
    }

    public async Task AtTenPercentAsync(string rollout, string verb)
    {
        await world.IsAsync(rollout, "at 10 %", view => view.State.Exposure.Confirmed > Weight.None);
        await DoAsync(verb, rollout);
    }

    public async Task DoAsync(string verb, string rollout) =>
        Assert.Null(await world.Api.TryAsync(verb, rollout, CancellationToken.None));

    /// <summary>The source of numbers has none for this version; null: it has all again.</summary>
    public async Task SilenceAsync(string? version)
    {
        await world.Scene.KillNumbersAsync();
        await world.Scene.StartNumbersAsync(version, CancellationToken.None);
    }
}
