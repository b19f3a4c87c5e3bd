using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Judges a release by what was really done, and by what its services need: it knows of no plan and no state.
/// </summary>
internal static class Checker
{
    private const int Forward = 4;

    private const int Back = 6;

    /// <summary>
    /// Everything that is wrong, with the invariant that it breaks; in <paramref name="left"/> somebody else has had
    /// his hand.
    /// </summary>
    /// <param name="log">What was done, in order.</param>
    /// <param name="needs">Each service with all that it needs, over others too.</param>
    /// <param name="wentBack">Whether all of it was to be taken back in the end.</param>
    /// <param name="left">Services that are left as they are.</param>
    public static IEnumerable<(int Invariant, string What)> Problems(
        IReadOnlyList<Done> log, IReadOnlyDictionary<ServiceName, IReadOnlySet<ServiceName>> needs, bool wentBack,
        IReadOnlySet<ServiceName> left)
    {
        var place = new Dictionary<(ServiceName, Deed), int>();
        // Of what is done more than once the last counts for the way back, the first for the way forward.
        for (var i = 0; i < log.Count; i++)
        {
            var key = (log[i].Service, log[i].Deed);
            if (log[i].Deed is Deed.Back || !place.ContainsKey(key)) place[key] = i;
        }

        foreach (var (service, providers) in needs)
        {
            if (place.TryGetValue((service, Deed.Begun), out var begun))
            {
                foreach (var on in providers.Where(on =>
                    !place.TryGetValue((on, Deed.Verified), out var verified) || verified > begun))
                {
                    yield return (Forward, $"{service} begins before {on} is verified");
                }
            }

            if (place.ContainsKey((service, Deed.GoingBack)) && !place.ContainsKey((service, Deed.Begun)))
                yield return (Back, $"{service} goes back and was never begun");
            if (wentBack && !left.Contains(service) && IsTouched(service) && !place.ContainsKey((service, Deed.Back)))
                yield return (Back, $"{service} was never taken back");

            foreach (var on in providers.Where(on => !left.Contains(service) && !left.Contains(on)))
            {
                if (!IsTouched(service) || !place.TryGetValue((on, Deed.GoingBack), out var goes)) continue;
                if (!place.TryGetValue((service, Deed.Back), out var back) || back > goes)
                    yield return (Back, $"{on} goes back before {service}, which needs it");
            }
        }

        bool IsTouched(ServiceName service) =>
            place.ContainsKey((service, Deed.Deployed)) || place.ContainsKey((service, Deed.Exposed));
    }
}
