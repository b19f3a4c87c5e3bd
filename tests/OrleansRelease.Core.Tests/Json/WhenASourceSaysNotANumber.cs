using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>
/// A transition holds what was answered: a number that JSON does not know must not make it unwritable.
/// </summary>
public class WhenASourceSaysNotANumber
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void The_answer_can_be_put_on_record_and_comes_back(double number)
    {
        var window = new Window(0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(10));
        RolloutInput answered = new RolloutInput.Answered(
            [
                new Measurement("p99", window, new Reading.Value(number)),
                new Measurement("errors", window, new Reading.Counts(number, number)),
            ],
            null);

        var back = (RolloutInput.Answered)Vocabulary.Read<RolloutInput>(Vocabulary.Write(answered));

        Assert.Equal(number, ((Reading.Value)back.Measurements[0].Reading).Number);
        Assert.Equal(number, ((Reading.Counts)back.Measurements[1].Reading).Total);
    }
}
