using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Rollouts;

public sealed class WhenItsSharesAreAskedFor
{
    private readonly RolloutScenario _rollout = new();
    private readonly List<string> _log = [];

    [Fact]
    public void A_larger_share_counts_from_when_it_began_to_be_set_and_a_smaller_one_from_when_it_was_seen()
    {
        var began = ShiftBegun();
        Note(_rollout.Applied());
        _rollout.Unseen(TimeSpan.FromMinutes(1));
        Note(_rollout.Aborted());
        while (_rollout.State.Share > Weight.None)
        {
            _rollout.Unseen(TimeSpan.FromSeconds(2));
            Note(_rollout.Applied());
        }

        Assert.Equal([new ShareStep(began, 0.05), new ShareStep(_rollout.Now, 0)], Steps());
    }

    /// <summary>Nobody has seen it, and it is there.</summary>
    [Fact]
    public void A_share_that_was_being_set_when_it_went_back_counts_until_it_is_seen_to_be_gone()
    {
        var began = ShiftBegun();
        Note(_rollout.Aborted());
        Assert.Equal([new ShareStep(began, 0.05)], Steps());

        while (_rollout.State.Stage is not Stage.Ended)
        {
            _rollout.Unseen(TimeSpan.FromSeconds(2));
            Note(_rollout.Applied());
        }

        Assert.Equal(0, Steps().Last().Share);
    }

    [Fact]
    public void Before_its_first_request_it_has_had_none()
    {
        Note(_rollout);
        Note(_rollout.Permitted());
        Note(_rollout.Healthy());

        Assert.Empty(Steps());
    }

    /// <summary>Who went back before has had none since then, and not only since the next one was stable.</summary>
    [Fact]
    public void What_another_version_replaces_ends_then_and_what_had_ended_before_ended_before()
    {
        var (began, ended, stable) = (_rollout.Now, _rollout.Now.AddMinutes(5), _rollout.Now.AddMinutes(20));
        ShareStep[] whole = [new(began, 1)], back = [new(began, 0.5), new(ended, 0)];

        Assert.Equal([.. whole, new ShareStep(stable, 0)], Replaced(whole, stable));
        Assert.Equal(back, Replaced(back, stable));
        Assert.Equal(whole, Replaced(whole, began));
    }

    private static IEnumerable<ShareStep> Replaced(ShareStep[] steps, DateTimeOffset at) =>
        ShareHistory.Replaced([.. steps], at).AsEnumerable();

    // When the first share began to be set; nobody has seen it three seconds later.
    private DateTimeOffset ShiftBegun()
    {
        Note(_rollout);
        Note(_rollout.Permitted());
        Note(_rollout.Healthy());
        Note(_rollout.Applied());
        Note(_rollout.Healthy());
        var began = _rollout.Now;
        _rollout.Unseen(TimeSpan.FromSeconds(3));
        return began;
    }

    private IEnumerable<ShareStep> Steps() => ShareHistory.Of(
        _rollout.Spec, _log.Select(Vocabulary.Read<Transition<RolloutInput, RolloutEvent>>));

    private void Note(RolloutScenario after) => _log.Add(after.Transition);
}
