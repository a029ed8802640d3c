# What the application may ask of Android, as `window.OTNetAndroid`: to end. Called on the WebView's thread, done on the screen's.
.class public Lorg/otnet/tv/Bridge;
.super Ljava/lang/Object;
.source "Bridge.smali"
.implements Ljava/lang/Runnable;

.field private final activity:Landroid/app/Activity;

.method public constructor <init>(Landroid/app/Activity;)V
    .registers 2
    invoke-direct {p0}, Ljava/lang/Object;-><init>()V
    iput-object p1, p0, Lorg/otnet/tv/Bridge;->activity:Landroid/app/Activity;
    return-void
.end method

.method public exit()V
    .registers 2
    .annotation runtime Landroid/webkit/JavascriptInterface;
    .end annotation
    iget-object v0, p0, Lorg/otnet/tv/Bridge;->activity:Landroid/app/Activity;
    invoke-virtual {v0, p0}, Landroid/app/Activity;->runOnUiThread(Ljava/lang/Runnable;)V
    return-void
.end method

.method public run()V
    .registers 2
    iget-object v0, p0, Lorg/otnet/tv/Bridge;->activity:Landroid/app/Activity;
    invoke-virtual {v0}, Landroid/app/Activity;->finish()V
    return-void
.end method
