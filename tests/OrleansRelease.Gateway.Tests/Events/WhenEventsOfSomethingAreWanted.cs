using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Gateway.Events;

namespace OrleansRelease.Gateway.Tests.Events;

public sealed class WhenEventsOfSomethingAreWanted
{
    private const string Key = "checkout.production.3";

    [Fact]
    public void A_release_in_an_environment_is_not_taken_for_a_rollout_that_is_called_as_it_is()
    {
        var (rollout, passage) = (Of(Kinds.Rollout, Key), Of(Kinds.Passage, Key));

        AssertWants(new(RolloutId.Parse(Key), null, null), rollout, passage);
        AssertWants(new(null, ServiceName.From("checkout"), null), rollout, passage);
        AssertWants(new(null, null, null, ReleaseName.From("checkout")), passage, rollout);
    }

    [Fact]
    public void An_environment_has_its_rollouts_and_its_releases()
    {
        var filter = new FeedFilter(null, null, EnvironmentName.From("production"));

        Assert.True(filter.Wants(Of(Kinds.Rollout, Key)));
        Assert.True(filter.Wants(Of(Kinds.Passage, Key)));
        Assert.True(filter.Wants(Of(Kinds.Environment, "production")));
        Assert.False(filter.Wants(Of(Kinds.Release, "production")));
    }

    [Fact]
    public void A_release_is_wanted_with_its_manifest_and_all_of_its_environments()
    {
        var filter = new FeedFilter(null, null, null, ReleaseName.From("checkout"));

        Assert.True(filter.Wants(Of(Kinds.Release, "checkout")));
        Assert.True(filter.Wants(Of(Kinds.Manifest, "Release/checkout")));
        Assert.True(filter.Wants(Of(Kinds.Passage, "checkout.staging.1")));
        Assert.False(filter.Wants(Of(Kinds.Passage, "cart.staging.1")));
        Assert.False(filter.Wants(Of(Kinds.Manifest, "Service/checkout")));
    }

    private static void AssertWants(FeedFilter filter, FeedItem wanted, FeedItem other)
    {
        Assert.True(filter.Wants(wanted));
        Assert.False(filter.Wants(other));
    }

    private static FeedItem Of(string kind, string key) => new(1, kind, key, "{}");
}
