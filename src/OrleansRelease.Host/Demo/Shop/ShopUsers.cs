using OrleansRelease.Core.Identity;

namespace OrleansRelease.Host.Demo.Shop;

/// <summary>The shop's users: a steady number of requests per second to each of its services, everywhere.</summary>
internal sealed class ShopUsers : IAsyncDisposable
{
    public const int PerSecond = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<SlotKey, Load> _loads = [];

    /// <summary>As many as there are, at all of its services.</summary>
    public static ShopUsers Everywhere(DemoFolder folder, TimeProvider time)
    {
        var users = new ShopUsers();
        foreach (var slot in ShopManifests.Slots) users.Start(folder, slot, time);
        return users;
    }

    /// <summary>They come as soon as somebody answers there.</summary>
    public async Task ComeAsync(Scene scene, SlotKey slot, CancellationToken cancellation)
    {
        await scene.AnswersAsync(ShopManifests.UrlOf(scene.Folder, slot), cancellation);
        Start(scene.Folder, slot, scene.Time);
    }

    /// <summary>What they got in an environment since a moment, service by service.</summary>
    public IReadOnlyDictionary<ServiceName, IReadOnlyList<Served>> Since(
        EnvironmentName environment, DateTimeOffset moment)
    {
        lock (_gate)
        {
            return _loads.Where(load => load.Key.Environment == environment)
                .ToDictionary(load => load.Key.Service, load => load.Value.Since(moment));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var load in _loads.Values) await load.DisposeAsync();
    }

    private void Start(DemoFolder folder, SlotKey slot, TimeProvider time)
    {
        lock (_gate) _loads[slot] = Load.Start(ShopManifests.UrlOf(folder, slot), time, PerSecond);
    }
}
