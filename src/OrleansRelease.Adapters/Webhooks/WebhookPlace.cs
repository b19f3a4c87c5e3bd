using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>An endpoint, and what requests to it are signed with.</summary>
internal sealed record WebhookPlace(Uri Url, SecretRef? Key)
{
    /// <summary>To be shown to people: what stands behind a question mark may be somebody's secret.</summary>
    public string Shown => Url.GetLeftPart(UriPartial.Path);

    /// <summary>The address of a status; null where that is another origin than the connection names.</summary>
    public Uri? StatusAt(Uri said) => Uri.TryCreate(Url, said, out var url) && url.UserInfo.Length == 0
        && url.Scheme == Url.Scheme && url.Host == Url.Host && url.Port == Url.Port ? url : null;
}
