using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases;

/// <summary>Services and what they need, as a test writes them or a seed throws them.</summary>
internal sealed record Graph(ImmutableArray<ServiceName> Services, ImmutableArray<Need> Needs)
{
    public ReleaseOrder Order => Assert.IsType<Ordering.Ordered>(Ordering.Of(Services, Needs)).Order;

    /// <summary>Such as <c>checkout: cart catalog; cart: catalog; catalog</c>.</summary>
    public static Graph Of(string text)
    {
        var lines = text.Split(';', StringSplitOptions.TrimEntries).Select(line => line.Split(':')).ToList();
        return new(
            [.. lines.Select(line => ServiceName.From(line[0].Trim()))],
            [
                .. from line in lines
                   from needed in Names(line.ElementAtOrDefault(1))
                   select new Need(ServiceName.From(line[0].Trim()), needed, NeedOrigin.Release),
            ]);
    }

    /// <summary>Without circles, of 2 to 60 services: sparse or dense, deep or flat.</summary>
    public static Graph OfASeed(int seed, int? services = null)
    {
        var random = new Random(seed);
        var count = services ?? random.Next(2, 61);
        // Who needs whom is drawn over a hidden order that names say nothing of.
        var names = Enumerable.Range(0, count).Select(Name).ToArray();
        random.Shuffle(names);
        var most = random.Next(0, 5);
        return new(
            [.. names.OrderBy(name => name.ToString(), StringComparer.Ordinal)],
            [
                .. from i in Enumerable.Range(1, count - 1)
                   from needed in Enumerable.Range(0, random.Next(0, most + 1)).Select(_ => names[random.Next(0, i)])
                       .Distinct()
                   select new Need(names[i], needed, NeedOrigin.Catalogue),
            ]);
    }

    public static IEnumerable<ServiceName> Names(string? text) =>
        (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ServiceName.From);

    /// <summary>A name for each number.</summary>
    public static ServiceName Name(int number) =>
        ServiceName.From(string.Create(CultureInfo.InvariantCulture, $"s{number:000}"));
}
