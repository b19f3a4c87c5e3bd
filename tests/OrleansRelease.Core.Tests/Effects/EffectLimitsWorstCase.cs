using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Effects;

/// <summary>The longest that an effect can take, from its enforced limits.</summary>
public class EffectLimitsWorstCase
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 21)]
    [InlineData(3, 33)]
    [InlineData(7, 131)]
    [InlineData(30, 1051)]
    public void It_is_every_attempt_and_the_doubling_waits_between_them(int attempts, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        new EffectLimits(TimeSpan.FromSeconds(10), attempts, TimeSpan.FromSeconds(1)).WorstCase);

    [Fact]
    public void It_is_computed_at_once_also_where_attempts_never_end() =>
        Assert.True(EffectLimits.Internal.WorstCase > TimeSpan.FromDays(3650));

    [Fact]
    public void It_is_no_part_of_what_is_stored() =>
        Assert.DoesNotContain("worstCase", Vocabulary.Write(EffectLimits.Internal), StringComparison.OrdinalIgnoreCase);
}
