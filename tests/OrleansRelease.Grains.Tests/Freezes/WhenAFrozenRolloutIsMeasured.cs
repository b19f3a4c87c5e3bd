using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Contracts.Freezes;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Freezes;

[Collection(ServersCollection.Name)]
public sealed class WhenAFrozenRolloutIsMeasured(Stores stores)
{
    /// <summary>More than are due at once when the clock is put forward: between the others there is time.</summary>
    private const int Windows = 14;

    private readonly AdvancedClock _clock = new();

    private readonly CountedAnswers _answers = new();

    [Fact]
    public async Task It_asks_with_each_window_whether_it_is_frozen_still_and_not_in_between()
    {
        await using var server = await TestServer.StartAsync(await stores.NewAsync(), new World(), more: services =>
        {
            _clock.Put(services);
            services.AddSingleton<IIncomingGrainCallFilter>(_answers);
        });
        var rollouts = new Harness.Rollouts(server) { Pause = TimeSpan.FromHours(1) };
        var canary = await rollouts.StartAsync(Harness.Rollouts.SlotOf(1), "1.0.0");
        await Eventually.IsAsync(
            "it rests with half of the requests", () => rollouts.ViewAsync(canary),
            view => view?.State.Work is Work.Resting);
        var freezer = server.Grains.GetGrain<IFreezeGrain>($"{canary.Slot.Environment}");
        (await freezer.FreezeAsync(
            TimeSpan.FromHours(1), new(CommandId.From("freeze"), ActorName.From("ana"), "incident"), false, default))
            .Value();
        // What it looked at before may be gone by for a second.
        await Eventually.IsAsync(
            "nothing begins any more",
            async () => (await server.Get<FreezeLook>().OfAsync(canary.Slot.Environment, default)).Freeze is not null);
        (await rollouts.Grain(canary).PromoteAsync(rollouts.Command(), dryRun: false, default)).Value();
        await Eventually.IsAsync(
            "it waits at its gate", () => rollouts.ViewAsync(canary), view => view?.State.Freeze?.Freeze is not null);

        // From now on it is time to ask, and what is answered is no news yet.
        _clock.Advance(Core.Rollouts.Questions.GatesInterval);
        var (gates, measured) = (_answers.Gates, _answers.Measured);
        await Eventually.IsAsync("it is measured", () => _answers.Measured >= measured + Windows);

        // Once when it is due, and once when it has been measured.
        Assert.InRange(_answers.Gates - gates, 1, 4 * (_answers.Measured - measured));
    }

    private sealed class CountedAnswers : IIncomingGrainCallFilter
    {
        private int _gates;
        private int _measured;

        public int Gates => _gates;

        public int Measured => _measured;

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == nameof(IRolloutGrain.AnswerAsync)
                && context.Request.GetArgument(0) is RolloutInput.Answered answered)
            {
                if (answered.Freeze is not null) Interlocked.Increment(ref _gates);
                if (!answered.Measurements.IsEmpty) Interlocked.Increment(ref _measured);
            }

            return context.Invoke();
        }
    }
}
