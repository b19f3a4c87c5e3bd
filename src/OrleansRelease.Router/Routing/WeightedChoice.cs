using OrleansRelease.Router.Counting;
using OrleansRelease.Router.Slots;
using Yarp.ReverseProxy.Forwarder;

namespace OrleansRelease.Router.Routing;

/// <summary>Where one request goes, how long it may take, and where it is counted.</summary>
internal readonly record struct Chosen(
    string Version, Uri Address, RequestCounter Counter, ForwarderRequestConfig Limits);

/// <summary>
/// Smooth weighted round robin: each request adds every version's weight to its credit, the version with most credit
/// answers and pays the full weight. After any number of requests each version is within one request of its share, and
/// after 10,000 exactly at it; the requests of a small share come evenly spread, not in a row.
/// </summary>
internal sealed class WeightedChoice
{
    private readonly Lock _gate = new();
    private readonly Route[] _routes;
    private readonly int _sum;
    private readonly ForwarderRequestConfig _limits;

    public WeightedChoice(SlotConfiguration configuration, Func<string, RequestCounter> counterOf)
    {
        _routes = [.. configuration.Weights.Where(pair => pair.Value > 0).Select(pair =>
            new Route(pair.Key, pair.Value, [.. configuration.Addresses[pair.Key]], counterOf(pair.Key)))];
        _limits = new ForwarderRequestConfig { ActivityTimeout = configuration.RequestTimeout };
        _sum = _routes.Sum(route => route.Weight);
    }

    /// <summary>Null when no version has weight.</summary>
    public Chosen? Next()
    {
        if (_routes.Length == 0) return null;
        lock (_gate)
        {
            var best = _routes[0];
            foreach (var route in _routes)
            {
                route.Credit += route.Weight;
                if (route.Credit > best.Credit) best = route;
            }

            best.Credit -= _sum;
            best.Turn = (best.Turn + 1) % best.Addresses.Length;
            return new Chosen(best.Version, best.Addresses[best.Turn], best.Counter, _limits);
        }
    }

    private sealed class Route(string version, int weight, Uri[] addresses, RequestCounter counter)
    {
        public string Version { get; } = version;

        public int Weight { get; } = weight;

        public Uri[] Addresses { get; } = addresses;

        public RequestCounter Counter { get; } = counter;

        public int Credit { get; set; }

        public int Turn { get; set; } = -1;
    }
}
