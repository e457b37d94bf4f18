using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The page's own style, script and icon, from the assembly: nothing is fetched from anywhere else.</summary>
internal static class AssetEndpoints
{
    private static readonly Dictionary<string, (string Type, byte[] Content, string Tag)> Assets = new(StringComparer.Ordinal)
    {
        ["site.css"] = Read("site.css", "text/css; charset=utf-8"),
        ["site.js"] = Read("site.js", "text/javascript; charset=utf-8"),
        ["trends.js"] = Read("trends.js", "text/javascript; charset=utf-8"),
        ["uplot.js"] = Read("uplot.js", "text/javascript; charset=utf-8"),
        ["uplot.css"] = Read("uplot.css", "text/css; charset=utf-8"),
        ["uplot.LICENSE"] = Read("uplot.LICENSE", "text/plain; charset=utf-8"),
        ["favicon.svg"] = Read("favicon.svg", "image/svg+xml"),
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{name}", (string name, HttpContext context) => Answer(name, context)).AllowAnonymous();
        routes.MapGet("/favicon.ico", (HttpContext context) => Answer("favicon.svg", context)).AllowAnonymous();
    }

    private static IResult Answer(string name, HttpContext context)
    {
        if (!Assets.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.ETag = asset.Tag;
        context.Response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch == asset.Tag)
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            return Results.Bytes(asset.Content, asset.Type);
        }

        context.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(Compress(asset.Content), asset.Type);
    }

    private static byte[] Compress(byte[] content)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Optimal))
        {
            brotli.Write(content);
        }

        return target.ToArray();
    }

    private static (string Type, byte[] Content, string Tag) Read(string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Assets/" + name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return (type, copy.ToArray(), $"\"{Convert.ToHexStringLower(SHA256.HashData(copy.ToArray()))[..16]}\"");
    }
}
