namespace OrleansRelease.Host.Demo.Shop;

/// <summary>
/// In which order services were taken back, from what others than the cluster saw. Where neither of two has to wait
/// for the other they go back side by side, and the plan says which is named first; where one should have waited and
/// did not, it is.
/// </summary>
internal static class BackOrder
{
    /// <param name="seen">What was seen of each.</param>
    /// <param name="plan">Services in the order of the plan, each with what has to be back before.</param>
    public static IReadOnlyList<string> Of(
        IReadOnlyCollection<WentBack> seen, IReadOnlyList<(string Service, IReadOnlyList<string> After)> plan)
    {
        var place = plan.Select((step, i) => (step.Service, i)).ToDictionary(step => step.Service, step => step.i);
        var left = seen.OrderBy(one => place.GetValueOrDefault(one.Service, int.MaxValue)).ToList();
        var order = new List<string>();
        while (left.Count > 0)
        {
            var next = left.Find(one => !left.Exists(other => other != one && IsBefore(other, one)))
                ?? left.MinBy(one => one.RequestsBack)!;
            order.Add(next.Service);
            left.Remove(next);
        }

        return order;

        bool IsBefore(WentBack one, WentBack other) => HasToWait(one.Service, other.Service)
            ? one.RequestsBack < other.Gone
            : one.Gone <= other.RequestsBack && !AreSideBySide(one.Service, other.Service);

        bool AreSideBySide(string one, string other) =>
            place.ContainsKey(one) && place.ContainsKey(other) && !HasToWait(other, one);

        bool HasToWait(string service, string @for) => place.TryGetValue(service, out var at)
            && plan[at].After.Any(before => before == @for || HasToWait(before, @for));
    }
}
