using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Tests.Harness;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Slots;

/// <summary>Nothing rings: a slot that waits for two others finds out for itself.</summary>
[Collection(ReleasesCollection.Name)]
public sealed class WhenOneOfSeveralCannotBeRead(Stores stores)
{
    private static readonly SlotKey Cart = SlotKey.From("cart.lab");

    private static readonly SlotKey Search = SlotKey.From("search.lab");

    private static readonly SlotKey Checkout = SlotKey.From("checkout.lab");

    [Fact]
    public async Task The_others_are_heard_of_and_it_is_read_when_it_can_be()
    {
        var (clock, log) = (new AdvancedClock(), new PartlyRead());
        await using var server = await TestServer.StartAsync(
            await stores.NewAsync(), new World(), streams: false, more: services =>
            {
                clock.Put(services);
                log.Wrap(services);
            });
        var (plain, rollouts) = (new Harness.Rollouts(server), Requiring(server));
        var waiting = await rollouts.StartAsync(Checkout, "3.0.0");
        await Eventually.IsAsync(
            "both will ring, and were read since", () => rollouts.SlotStateAsync(Checkout),
            slot => slot.AllWaits.Length == 2
                && slot.AllWaits.All(wait => wait.Registered && wait.ReadAt > wait.HeardAt));

        log.Unreadable = $"{Search}";
        await plain.UntilAsync(await plain.StartAsync(Cart, "1.9.0"), Phase.Succeeded);
        clock.Advance(SlotLimits.ReadAgainAfter);
        await Eventually.IsAsync(
            "it has heard of the one", () => rollouts.SlotStateAsync(Checkout),
            slot => $"{slot.WaitOn(Cart)?.Stable}" == "1.9.0" && slot.WaitOn(Search) is { Stable: null });

        await plain.UntilAsync(await plain.StartAsync(Search, "1.0.0"), Phase.Succeeded);
        log.Unreadable = null;
        await rollouts.UntilAsync(waiting, Phase.Progressing, Phase.Verifying, Phase.Succeeded);
    }

    private static Harness.Rollouts Requiring(TestServer server) => new(server)
    {
        Requires =
        [
            new Requirement(Search.Service, VersionName.From("1.0.0")),
            new Requirement(Cart.Service, VersionName.From("1.9.0")),
        ],
    };

    /// <summary>The real log, but the transitions of one thing cannot be read.</summary>
    private sealed class PartlyRead : ILog
    {
        private ILog _inner = null!;

        public string? Unreadable { get; set; }

        public void Wrap(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(ILog));
            services.Remove(real);
            services.AddSingleton<ILog>(provider =>
            {
                _inner = (ILog)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!);
                return this;
            });
        }

        public Task<IReadOnlyList<LogEntry>> ReadAsync(
            string kind, string key, long afterSequence, int limit, CancellationToken cancellation) =>
            key == Unreadable
                ? Task.FromException<IReadOnlyList<LogEntry>>(new IOException("that page of the disk is broken"))
                : _inner.ReadAsync(kind, key, afterSequence, limit, cancellation);

        public Task<IReadOnlyList<LogEntry>> TailAsync(
            long afterPosition, int limit, CancellationToken cancellation) =>
            _inner.TailAsync(afterPosition, limit, cancellation);

        public Task<long> HeadAsync(CancellationToken cancellation) => _inner.HeadAsync(cancellation);
    }
}
