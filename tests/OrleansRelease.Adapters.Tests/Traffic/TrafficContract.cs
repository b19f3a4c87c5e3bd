using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters.Tests.Traffic;

public enum Lie
{
    AcknowledgesAndDoesNothing,
    AppliesTenSecondsLate,
    ForgetsOnRestart,
}

/// <summary>What everything that shares requests promises.</summary>
public abstract class TrafficContract
{
    /// <summary>Long enough to see a share under the load of these tests, shorter than a late router is late.</summary>
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Impatient = TimeSpan.FromSeconds(3);

    private protected abstract ITraffic Traffic { get; }

    private protected abstract ImmutableDictionary<VersionName, ImmutableArray<Uri>> Addresses { get; }

    [Theory]
    [InlineData(500)]
    [InlineData(2500)]
    [InlineData(5000)]
    [InlineData(10000)]
    public async Task A_share_is_applied_when_requests_have_shown_it(int basisPoints)
    {
        StartLoad();
        await AppliedAsync(1, 0);

        await AppliedAsync(2, basisPoints);

        var view = await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None);
        Assert.Equal(new Fence(1, 1, 2), view!.Fence);
        Assert.Equal(basisPoints, view.Weights[Specs.New].BasisPoints);
        Assert.Equal(10_000 - basisPoints, view.Weights[Specs.Old].BasisPoints);
    }

    [Fact]
    public async Task A_way_back_is_applied_when_requests_have_shown_it()
    {
        StartLoad();
        await AppliedAsync(1, 0);
        await AppliedAsync(2, 2500);

        Assert.IsType<Outcome.Applied>(await SetAsync(3, 0, Direction.Back, Patient));
    }

    [Fact]
    public async Task An_older_fence_is_overtaken_and_changes_nothing()
    {
        StartLoad();
        await AppliedAsync(5, 5000);

        var outcome = await SetAsync(4, 10_000, Direction.Forward, Patient);

        Assert.Equal(new Outcome.Overtaken(new Fence(1, 1, 5)), outcome);
        var view = await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None);
        Assert.Equal(5000, view!.Weights[Specs.New].BasisPoints);
    }

    [Fact]
    public async Task The_same_effect_again_has_the_same_outcome()
    {
        StartLoad();
        await AppliedAsync(1, 5000);

        await AppliedAsync(1, 5000);
    }

    [Fact]
    public async Task The_same_fence_with_another_split_is_refused()
    {
        StartLoad();
        await AppliedAsync(1, 5000);

        Assert.IsType<Outcome.Refused>(await SetAsync(1, 10_000, Direction.Forward, Patient));
    }

    [Fact]
    public async Task Who_can_shed_is_seen_to_shed_and_the_next_split_lifts_it()
    {
        Assert.True(Traffic.Sheds, "who cannot shed is not asked to");
        StartLoad();
        await AppliedAsync(1, 2500);

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(2, 40), CancellationToken.None));
        Assert.Equal(Shed(2, 40).Shedding, await SheddingAsync());
        Assert.IsType<Outcome.Applied>(await SetAsync(3, 0, Direction.Back, Patient));
        Assert.Null(await SheddingAsync());
    }

    [Fact]
    public async Task The_same_fence_with_another_shedding_is_refused()
    {
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(1, 40), CancellationToken.None));

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(1, 40), CancellationToken.None));
        Assert.IsType<Outcome.Refused>(await Traffic.SetAsync(Shed(1, 80), CancellationToken.None));
    }

    [Fact]
    public async Task What_is_refused_is_lifted_and_all_else_stays_as_it_is()
    {
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(1, 40), CancellationToken.None));

        Assert.IsType<Outcome.Applied>(await LiftAsync(2));

        var view = await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None);
        Assert.Equal((new Fence(1, 1, 2), null), (view!.Fence, view.Shedding));
        Assert.Equal((Weight.All, Weight.None), (view.Weights[Specs.Old], view.Weights[Specs.New]));
        Assert.IsType<Outcome.Applied>(await LiftAsync(2));
    }

    [Fact]
    public async Task Where_nothing_is_refused_lifting_it_changes_nothing()
    {
        Assert.IsType<Outcome.Applied>(await LiftAsync(1));
        Assert.Null(await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None));
        Assert.IsType<Outcome.Applied>(await SetAsync(2, 0, Direction.Back, Patient));

        Assert.IsType<Outcome.Applied>(await LiftAsync(3));

        Assert.Equal(new Fence(1, 1, 2), (await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None))!.Fence);
    }

    [Fact]
    public async Task Who_has_the_slot_by_now_refuses_what_he_likes()
    {
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(2, 40), CancellationToken.None));

        Assert.Equal(new Outcome.Overtaken(new Fence(1, 1, 2)), await LiftAsync(1));
        Assert.Equal(Shed(2, 40).Shedding, await SheddingAsync());
    }

    [Fact]
    public async Task What_is_closed_keeps_its_shares_refuses_nothing_and_takes_nothing_older()
    {
        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(Shed(3, 40), CancellationToken.None));

        Assert.IsType<Outcome.Applied>(await CloseAsync(2, 4));

        var view = await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None);
        Assert.Equal((new Fence(1, 2, 4), null), (view!.Fence, view.Shedding));
        Assert.Equal((Weight.All, Weight.None), (view.Weights[Specs.Old], view.Weights[Specs.New]));
        Assert.Equal(new Outcome.Overtaken(new Fence(1, 2, 4)), await SetAsync(9, 10_000, Direction.Back, Patient));
        Assert.IsType<Outcome.Applied>(await CloseAsync(2, 4));
    }

    /// <summary>Whoever has the slot may have set nothing yet, and is kept out all the same.</summary>
    [Fact]
    public async Task What_is_closed_and_was_never_set_takes_nothing_older()
    {
        Assert.IsType<Outcome.Applied>(await CloseAsync(2, 4));

        Assert.Equal(new Outcome.Overtaken(new Fence(1, 2, 4)), await SetAsync(9, 10_000, Direction.Back, Patient));
        var view = await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None);
        Assert.Equal(new Fence(1, 2, 4), view!.Fence);
        Assert.Empty(view.Weights);
    }

    [Fact]
    public async Task What_a_newer_lease_has_set_is_not_closed()
    {
        Assert.IsType<Outcome.Applied>(await SetAsync(5, 0, Direction.Back, Patient));

        Assert.Equal(new Outcome.Overtaken(new Fence(1, 1, 5)), await CloseAsync(1, 4));
    }

    [Fact]
    public async Task Without_requests_a_step_forward_is_not_known_to_hold()
    {
        var outcome = await SetAsync(1, 2500, Direction.Forward, Impatient);

        Assert.Contains("no traffic seen", Assert.IsType<Outcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_requests_a_way_back_is_not_held_up() =>
        Assert.IsType<Outcome.Applied>(await SetAsync(1, 0, Direction.Back, Patient));

    [Fact]
    public async Task Without_requests_the_only_version_gets_all_of_them()
    {
        var call = Call(1, 10_000, Direction.Forward, Patient) with
        {
            Split = new TrafficSplit(null, Specs.New, Weight.All),
        };

        Assert.IsType<Outcome.Applied>(await Traffic.SetAsync(call, CancellationToken.None));
    }

    [Theory]
    [InlineData(Lie.AcknowledgesAndDoesNothing, Direction.Forward, 5000)]
    [InlineData(Lie.AppliesTenSecondsLate, Direction.Forward, 5000)]
    [InlineData(Lie.ForgetsOnRestart, Direction.Forward, 5000)]
    [InlineData(Lie.AcknowledgesAndDoesNothing, Direction.Back, 0)]
    [InlineData(Lie.AppliesTenSecondsLate, Direction.Back, 0)]
    [InlineData(Lie.ForgetsOnRestart, Direction.Back, 0)]
    public async Task A_router_that_lies_is_not_believed(Lie lie, Direction direction, int basisPoints)
    {
        StartLoad();
        await AppliedAsync(1, 2500);

        var outcome = await SetWhileLyingAsync(lie, Call(2, basisPoints, direction, Impatient));

        Assert.IsType<Outcome.Unknown>(outcome);
    }

    [Fact]
    public async Task An_attempt_that_is_given_up_is_answered()
    {
        using var given = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));

        var outcome = await Traffic.SetAsync(Call(1, 2500, Direction.Forward, Patient), given.Token);

        Assert.IsType<Outcome.Unknown>(outcome);
    }

    [Fact]
    public async Task A_slot_that_was_never_set_is_not_known() =>
        Assert.Null(await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None));

    [Fact]
    public async Task A_window_is_counted_only_for_what_was_there_all_the_time()
    {
        StartLoad();
        await AppliedAsync(1, 5000);
        var from = TimeProvider.System.GetUtcNow();
        var seen = await CountedOnNewAsync();
        await Eventually.IsAsync(
            "twenty requests on the new version", async () => await CountedOnNewAsync() > seen + 20);
        // On a busy machine the twenty may all lie between two readings of the router.
        var window = new Window(0, from, from);
        var counted = await Eventually.IsAsync(
            "the window has them",
            () => CountAsync(Specs.New, window = window with { End = TimeProvider.System.GetUtcNow() }),
            reading => reading is Reading.Counts { Total: >= 10 });

        Assert.Equal(0, ((Reading.Counts)counted).Bad);
        Assert.IsType<Reading.NoData>(await CountAsync(VersionName.From("9.9"), window));
        Assert.IsType<Reading.NoData>(await CountAsync(Specs.New, window with { Start = from.AddHours(-1) }));
        Assert.IsType<Reading.NoData>(await CountAsync(Specs.New, window with { End = window.End.AddHours(1) }));
    }

    private protected abstract RolloutSpec Spec(TimeSpan timeout);

    /// <summary>Users send requests from here on.</summary>
    private protected abstract void StartLoad();

    /// <summary>Makes the attempt while the router lies.</summary>
    private protected abstract Task<Outcome> SetWhileLyingAsync(Lie lie, TrafficCall call);

    private protected TrafficCall Call(int ordinal, int candidate, Direction direction, TimeSpan timeout) => new(
        Spec(timeout), new TrafficSplit(Specs.Old, Specs.New, new Weight(candidate)), new Fence(1, 1, ordinal),
        direction, Addresses);

    private protected TrafficCall Shed(int ordinal, int capacity) => Call(ordinal, 0, Direction.Back, Patient) with
    {
        Shedding = new(capacity, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]),
    };

    private protected Task<Outcome> LiftAsync(int ordinal) =>
        Traffic.LiftAsync(new(Spec(Patient), new Fence(1, 1, ordinal), Patient), CancellationToken.None);

    private protected Task<Outcome> CloseAsync(int generation, int ordinal) => Traffic.CloseAsync(
        new(Spec(Patient), new Fence(1, generation, ordinal), Patient), CancellationToken.None);

    private async Task<Shedding?> SheddingAsync() =>
        (await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None))!.Shedding;

    private protected Task<Outcome> SetAsync(int ordinal, int candidate, Direction direction, TimeSpan timeout) =>
        Traffic.SetAsync(Call(ordinal, candidate, direction, timeout), CancellationToken.None);

    /// <summary>Like the effects of a rollout: repeated while nobody knows.</summary>
    private protected async Task AppliedAsync(int ordinal, int candidate)
    {
        var outcome = await Eventually.IsAsync(
            $"it is known whether {ordinal} was applied",
            () => SetAsync(ordinal, candidate, Direction.Forward, Patient), outcome => outcome is not Outcome.Unknown);
        Assert.Equal(new Outcome.Applied(), outcome);
    }

    private Task<Reading> CountAsync(VersionName version, Window window) =>
        Traffic.CountAsync(Spec(Patient), version, window, CancellationToken.None);

    private async Task<long> CountedOnNewAsync() =>
        (await Traffic.ObserveAsync(Spec(Patient), CancellationToken.None))!.Counts[Specs.New].Total;
}
