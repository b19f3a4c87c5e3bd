using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>The demo ends with 0 only when all of it is so: every single thing that is not so is enough.</summary>
public sealed class WhatTheDemoPromises
{
    private static readonly GoodVersion Good = new("2.0.0", Phase.Succeeded);

    private static readonly BadVersion Bad = new("3.0.0", Phase.RolledBack, 2, 5, 5, 10, 40);

    private static readonly ReleaseShown Release =
        new(PassagePhase.Succeeded, PassagePhase.RolledBack, ["web", "catalog"], ["web", "catalog"], 5, 5);

    private static readonly DemoResult All = new(Good, Bad, true, true, Release, true);

    public static TheoryData<string, object> Broken => new()
    {
        { "no good version", All with { Good = null } },
        { "no bad version", All with { Bad = null } },
        { "it took longer than announced", All with { Bad = Bad with { RollbackSeconds = 5.01 } } },
        { "nobody knows how long it took", All with { Bad = Bad with { RollbackSeconds = double.NaN } } },
        { "it did not survive the kill", All with { SurvivedKill = false } },
        { "it moved without evidence", All with { HeldWithoutEvidence = false } },
        { "nothing of the release went back", All with { Release = Release with { RollbackOrder = [] } } },
        { "not all of it went back", All with { Release = Release with { RollbackOrder = ["web"] } } },
        { "it went back in another order", All with { Release = Release with { RollbackOrder = ["catalog", "web"] } } },
        { "the release took longer than announced", All with { Release = Release with { RollbackSeconds = 5.01 } } },
        { "nobody knows how long it all took", All with { Release = Release with { RollbackSeconds = double.NaN } } },
        { "the good release stopped", All with { Release = Release with { GoodPhase = PassagePhase.Partial } } },
        { "the bad release got through", All with { Release = Release with { BadPhase = PassagePhase.Succeeded } } },
        { "the record is not whole", All with { ChainVerified = false } },
        { "it could not go on", All with { Failed = "the server has ended" } },
        { "nothing was shown", DemoResult.Nothing },
    };

    [Fact]
    public void All_of_it_is_so() => Assert.True(All.IsAllSo);

    [Fact]
    public void What_was_not_asked_for_is_not_missed()
    {
        Assert.True((All with { SurvivedKill = null, HeldWithoutEvidence = null, Release = null }).IsAllSo);
        Assert.True((DemoResult.Nothing with { Release = Release, ChainVerified = true }).IsAllSo);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void One_thing_that_is_not_so_is_enough(string what, object result) =>
        Assert.False(Assert.IsType<DemoResult>(result).IsAllSo, what);

    [Fact]
    public void The_good_version_counts_only_when_it_succeeded() => Assert.Equal(
        [Phase.Succeeded],
        Enum.GetValues<Phase>().Where(phase => (All with { Good = Good with { Phase = phase } }).IsAllSo));

    [Fact]
    public void The_bad_version_counts_only_when_it_was_taken_back() => Assert.Equal(
        [Phase.RolledBack],
        Enum.GetValues<Phase>().Where(phase => (All with { Bad = Bad with { Phase = phase } }).IsAllSo));
}
